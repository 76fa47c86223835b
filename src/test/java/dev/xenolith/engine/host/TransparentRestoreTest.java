package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.WrongStateException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pebble, saved and restored at random instructions under a virtual clock: it cannot tell. */
class TransparentRestoreTest {

    private static final ClockSpec CLOCK = new ClockSpec.Virtual(1000, 1_700_000_000, 42);

    @TempDir
    Path folder;

    private final Xenolith host = new Xenolith(1 << 16, 1);
    private final Random random = new Random(7);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private int files;

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void restoresTheDigestAtRandomInstructions() throws IOException {
        Domain pebble = boot();
        for (int round = 0; round < 6; round++) {
            pebble.runInstructions(random.nextInt(3_000_000));
            Path image = save(pebble);
            Domain copy = restore(image);

            assertThat(copy.stateDigest()).as("round %d", round).isEqualTo(pebble.stateDigest());
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            copy.destroy();
        }
    }

    @Test
    void runsOnAsIfNothingHadBeen() throws IOException {
        Domain pebble = boot();
        for (int round = 0; round < 4; round++) {
            pebble.runInstructions(random.nextInt(2_000_000));
            Domain copy = restore(save(pebble));
            long more = random.nextInt(2_000_000);

            pebble.runInstructions(more);
            copy.runInstructions(more);

            assertThat(copy.stateDigest()).as("round %d", round).isEqualTo(pebble.stateDigest());
            pebble.destroy();
            pebble = copy;
        }
    }

    @Test
    void letsTwoCopiesRunSideBySide() throws IOException {
        Domain pebble = boot();
        pebble.runInstructions(4_000_000);
        Path image = save(pebble);
        pebble.destroy();
        Domain first = restore(image);
        Domain second = restore(image);

        for (int i = 0; i < 20; i++) {
            first.runInstructions(100_000);
            second.runInstructions(100_000);
        }

        assertThat(first.stateDigest()).isEqualTo(second.stateDigest());
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    @Test
    void keepsWhatPebbleChecksOfItsOwn() throws IOException {
        Domain pebble = boot();
        pebble.runInstructions(4_000_000);
        pebble.consoleInput("spawn 3 5 0\n".getBytes(StandardCharsets.US_ASCII));
        pebble.runInstructions(2_000_000 + random.nextInt(1_000_000));
        Path image = save(pebble);
        pebble.destroy();
        Domain copy = restore(image);

        copy.consoleInput("hash\n".getBytes(StandardCharsets.US_ASCII));
        copy.runInstructions(40_000_000);

        assertThat(printed.toString(StandardCharsets.US_ASCII))
                .contains("5 processes")
                .contains("0 changed: GOOD");
    }

    @Test
    void savesOnlyWhatIsPaused() throws IOException {
        Domain pebble = boot();
        pebble.unpause();
        try (FileChannel image = open("running")) {
            SaveSpec spec = new SaveSpec(image, new byte[0], Progress.none());
            assertThatExceptionOfType(WrongStateException.class).isThrownBy(() -> pebble.saveTransparent(spec));
        }
        pebble.destroy();
    }

    @Test
    void givesAllFramesBack() throws IOException {
        Domain pebble = boot();
        pebble.runInstructions(1_000_000);
        Path image = save(pebble);
        pebble.destroy();
        long free = host.host().freeFrames();

        restore(image).destroy();

        assertThat(host.host().freeFrames()).isEqualTo(free);
    }

    private Domain boot() throws IOException {
        try (InputStream kernel =
                Objects.requireNonNull(TransparentRestoreTest.class.getResourceAsStream("/guests/pebble.elf"))) {
            return host.create(new DomainSpec(
                    UUID.randomUUID(),
                    "pebble",
                    4096,
                    1,
                    MemorySegment.ofArray(kernel.readAllBytes()),
                    null,
                    "",
                    CLOCK,
                    (bytes, offset, length) -> {}));
        }
    }

    private Path save(Domain domain) throws IOException {
        Path path = folder.resolve("image-" + files++);
        try (FileChannel image = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            SaveResult saved =
                    domain.saveTransparent(new SaveSpec(image, "{}".getBytes(StandardCharsets.UTF_8), Progress.none()));
            assertThat(saved.digest()).isEqualTo(domain.stateDigest());
        }
        return path;
    }

    private Domain restore(Path image) throws IOException {
        return host.restore(new RestoreSpec(
                FileChannel.open(image, StandardOpenOption.READ),
                UUID.randomUUID(),
                "copy",
                CLOCK,
                printed::write,
                Progress.none()));
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
