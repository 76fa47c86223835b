package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checksums are made when the checkpoint exists already: whatever happens to it meanwhile, they outlive it never. */
class KeptChecksumsTest {

    private static final CheckpointTaking.Wish WISH =
            new CheckpointTaking.Wish("saved", CheckpointMode.COOPERATIVE, false, null);

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

    private OperationState take() throws InterruptedException {
        Operation operation = plane.taking.take("one", WISH);
        return plane.operations.await(operation.id(), Duration.ofSeconds(10)).state();
    }

    @Test
    void standBesideTheImage() throws Exception {
        assertThat(take()).isEqualTo(OperationState.SUCCEEDED);

        assertThat(folderOfImages().resolve(plane.checkpoints.get("saved").id() + ".checksums"))
                .exists();
        plane.checkpoints.delete("saved");
        assertThat(folderOfImages()).isEmptyDirectory();
    }

    @Test
    void areNotKeptOfACheckpointThatIsDeletedMeanwhile() throws Exception {
        plane.faults.arm(-1);
        take();
        int made = plane.faults.calls().lastIndexOf("Hypervisor.images");
        plane.faults.disarm();
        plane.checkpoints.delete("saved");

        plane.faults.interpose(made, () -> plane.checkpoints.delete("saved"));
        OperationState end = take();
        String deletedAt = plane.faults.failed();
        plane.faults.disarm();

        assertThat(deletedAt).isEqualTo("Hypervisor.images");
        assertThat(end).isEqualTo(OperationState.SUCCEEDED);
        assertThat(folderOfImages()).isEmptyDirectory();
    }

    private Path folderOfImages() {
        return plane.directory.checkpoints();
    }
}
