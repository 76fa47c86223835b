package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ImageVoucher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine says of an image that it wrote is given back to it with that image, and with no other. */
class KeptVouchersTest {

    @TempDir
    Path folder;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane(folder);
        plane.domains.create(new NewDomain("one", null, null, null, null, null, null, null, Map.of()));
    }

    @AfterEach
    void stop() throws IOException {
        plane.close();
    }

    private Checkpoint take(CheckpointMode mode) throws InterruptedException {
        Operation operation = plane.taking.take("one", new CheckpointTaking.Wish("saved", mode, false, null));
        await(operation);
        return plane.checkpoints.get("saved");
    }

    private void await(Operation operation) throws InterruptedException {
        assertThat(plane.operations
                        .await(operation.id(), Duration.ofSeconds(10))
                        .state())
                .isEqualTo(OperationState.SUCCEEDED);
    }

    private @Nullable ImageVoucher restored(String checkpoint) throws InterruptedException {
        await(plane.restoring.restore(checkpoint, new Restoring.Wish(null, "copy-" + UUID.randomUUID(), true, false)));
        return plane.host.lastVoucher();
    }

    private Path voucherOf(Checkpoint checkpoint) {
        return plane.directory.checkpoints().resolve(checkpoint.id() + ".voucher");
    }

    @Test
    void areGivenWithTheDigestOfTheirImage() throws Exception {
        Checkpoint taken = take(CheckpointMode.TRANSPARENT);

        ImageVoucher given = Objects.requireNonNull(restored("saved"));

        assertThat(given.imageSha256()).isEqualTo(taken.sha256());
        assertThat(new String(given.bytes(), StandardCharsets.US_ASCII)).isEqualTo("voucher of " + taken.sha256());
    }

    @Test
    void areMissedByNobody() throws Exception {
        Files.delete(voucherOf(take(CheckpointMode.TRANSPARENT)));

        assertThat(restored("saved")).isNull();
    }

    @Test
    void goWithTheirCheckpoint() throws Exception {
        Checkpoint taken = take(CheckpointMode.TRANSPARENT);
        assertThat(voucherOf(taken)).exists();

        plane.checkpoints.delete("saved");

        assertThat(plane.directory.checkpoints()).isEmptyDirectory();
    }

    @Test
    void areNotMadeOfWhatAGuestSuspendedFor() throws Exception {
        assertThat(voucherOf(take(CheckpointMode.COOPERATIVE))).doesNotExist();
        assertThat(restored("saved")).isNull();
    }

    @Test
    void areNeverGivenForAnUpload() throws Exception {
        byte[] image = Files.readAllBytes(plane.directory
                .checkpoints()
                .resolve(take(CheckpointMode.TRANSPARENT).id() + ".image"));
        Checkpoint imported = plane.importing.take("imported", -1, new ByteArrayInputStream(image));
        assertThat(voucherOf(imported)).doesNotExist();
        assertThat(restored("imported")).isNull();

        // Not even should such a file come to lie there.
        Files.write(voucherOf(imported), new byte[] {1});
        assertThat(restored("imported")).isNull();
    }
}
