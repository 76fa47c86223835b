package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.WrongStateException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pebble, saved and restored at random instructions under a virtual clock: it cannot tell. */
class TransparentRestoreTest {

    @TempDir
    Path folder;

    private final Pebble pebbles = new Pebble();
    private final Xenolith host = pebbles.host();
    private final Random random = new Random(7);
    private int files;

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void restoresTheDigestAtRandomInstructions() throws IOException {
        Domain pebble = pebbles.boot();
        for (int round = 0; round < 6; round++) {
            pebble.runInstructions(random.nextInt(3_000_000));
            Path image = save(pebble);
            Domain copy = pebbles.restore(image);

            assertThat(copy.stateDigest()).as("round %d", round).isEqualTo(pebble.stateDigest());
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            copy.destroy();
        }
    }

    @Test
    void remembersWhatTheKernelCallsItself() throws IOException {
        Domain pebble = pebbles.boot();
        Domain copy = pebbles.restore(save(pebble));

        assertThat(facts(pebble)).contains(entry("kernel", "pebble 1"));
        assertThat(facts(copy)).contains(entry("kernel", "pebble 1"));
    }

    private Map<String, String> facts(Domain domain) throws IOException {
        Path path = folder.resolve("facts" + files++);
        try (FileChannel image = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return domain.saveTransparent(new SaveSpec(image, new byte[0], Progress.none()))
                    .guest();
        }
    }

    @Test
    void runsOnAsIfNothingHadBeen() throws IOException {
        Domain pebble = pebbles.boot();
        for (int round = 0; round < 4; round++) {
            pebble.runInstructions(random.nextInt(2_000_000));
            Domain copy = pebbles.restore(save(pebble));
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
        Domain pebble = pebbles.boot();
        pebble.runInstructions(4_000_000);
        Path image = save(pebble);
        pebble.destroy();
        Domain first = pebbles.restore(image);
        Domain second = pebbles.restore(image);

        for (int i = 0; i < 20; i++) {
            first.runInstructions(100_000);
            second.runInstructions(100_000);
        }

        assertThat(first.stateDigest()).isEqualTo(second.stateDigest());
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    @Test
    void keepsWhatPebbleChecksOfItsOwn() throws IOException {
        Domain pebble = pebbles.boot();
        pebble.runInstructions(4_000_000);
        pebbles.type(pebble, "spawn 3 5 0");
        pebble.runInstructions(2_000_000 + random.nextInt(1_000_000));
        Path image = save(pebble);
        pebble.destroy();
        Domain copy = pebbles.restore(image);

        pebbles.type(copy, "hash");
        copy.runInstructions(40_000_000);

        assertThat(pebbles.printed()).contains("5 processes").contains("0 changed: GOOD");
    }

    @Test
    void savesOnlyWhatIsPaused() throws IOException {
        Domain pebble = pebbles.boot();
        pebble.unpause();
        try (FileChannel image = open("running")) {
            SaveSpec spec = new SaveSpec(image, new byte[0], Progress.none());
            assertThatExceptionOfType(WrongStateException.class).isThrownBy(() -> pebble.saveTransparent(spec));
        }
        pebble.destroy();
    }

    @Test
    void givesAllFramesBack() throws IOException {
        Domain pebble = pebbles.boot();
        pebble.runInstructions(1_000_000);
        Path image = save(pebble);
        pebble.destroy();
        long free = host.host().freeFrames();

        pebbles.restore(image).destroy();

        assertThat(host.host().freeFrames()).isEqualTo(free);
    }

    private Path save(Domain domain) throws IOException {
        return pebbles.save(domain, folder.resolve("image-" + files++));
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
