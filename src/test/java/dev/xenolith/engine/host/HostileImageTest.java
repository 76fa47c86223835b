package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of pebble that lie with right checksums. A restore refuses them, leaving nothing behind, or makes a domain that
 * may crash and can do no other harm: every count still holds and no check of the engine's own fails.
 */
class HostileImageTest {

    private static final int ROUNDS = Integer.getInteger("xenolith.fuzz.rounds", 400);

    @TempDir
    Path folder;

    private final Pebble pebble = new Pebble();
    private final Xenolith host = pebble.host();
    private Path image = Path.of("none");
    private long free;

    @BeforeEach
    void save() throws IOException {
        Domain domain = pebble.boot();
        domain.runInstructions(3_500_000);
        image = pebble.save(domain, folder.resolve("image"));
        domain.destroy();
        free = host.host().freeFrames();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void survivesALyingDomainContext() throws IOException {
        survives(LibxcRecord.XENOLITH_DOMAIN_CONTEXT, 8);
    }

    @Test
    void survivesALyingPageIndex() throws IOException {
        survives(LibxcRecord.XENOLITH_PAGE_INDEX, 8);
    }

    @Test
    void survivesALyingHeader() throws IOException {
        survives(LibxcRecord.XENOLITH_TRANSPARENT, 0);
    }

    @Test
    void leavesNothingBehindWhereverARestoreIsCancelled() throws IOException {
        for (int step = 0; ; step++) {
            int[] left = {step};
            Progress impatient = (phase, done, total, unit) -> {
                if (left[0]-- == 0) {
                    throw new CancelledException();
                }
            };
            try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
                restore(channel, impatient).destroy();
                assertThat(step).isPositive();
                return;
            } catch (CancelledException e) {
                assertThat(host.host().freeFrames()).as("step %d", step).isEqualTo(free);
                assertThat(host.domains()).isEmpty();
            }
        }
    }

    /** One byte of each page in turn: whoever reads it first, restore, guest or caller, says what was damaged. */
    @Test
    void survivesAnyPageThatChangedOnTheDisk() throws IOException {
        byte[] sound = Files.readAllBytes(image);
        Path changed = folder.resolve("changed");
        List<Long> pages = pages();
        assertThat(pages).hasSizeGreaterThan(50);
        for (long page : pages) {
            byte[] bytes = sound.clone();
            bytes[(int) page + 1000] ^= 1;
            String which = "page at 0x" + Long.toHexString(page);
            assertThat(isTold(Files.write(changed, bytes), which)).as(which).isTrue();
        }
    }

    private List<Long> pages() throws IOException {
        List<Long> pages = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            ImageBytes bytes = ImageBytes.of(channel);
            StreamRecords walk = new StreamRecords(bytes);
            for (RecordEntry record = walk.next(); record != null; record = walk.next()) {
                if (record.layer() == StreamLayer.LIBXC && record.type() == LibxcRecord.PAGE_DATA) {
                    long pfns = record.bodyOffset() + 8;
                    long count =
                            bytes.read(record.name(), record.bodyOffset(), 4).getInt(0);
                    for (long page = record.end() - 4096; page >= pfns + 8 * count; page -= 4096) {
                        pages.add(page);
                    }
                }
            }
        }
        return pages;
    }

    /** Whether a restore or what follows it meets the damage: the digest reads every page of a domain not ended by then. */
    private boolean isTold(Path hostile, String which) throws IOException {
        try (FileChannel channel = FileChannel.open(hostile, StandardOpenOption.READ)) {
            Domain domain = restore(channel, Progress.none());
            try {
                use(domain);
                return false;
            } finally {
                assertThat(host.host().degraded()).as(which).isEmpty();
                assertThat(host.audit(Optional.empty()).violations()).as(which).isEmpty();
                domain.destroy();
            }
        } catch (EngineException e) {
            assertThat(e.getMessage()).as(which).isNotBlank();
            return true;
        } finally {
            assertThat(host.domains()).as(which).isEmpty();
            assertThat(host.host().freeFrames()).as(which).isEqualTo(free);
        }
    }

    private static void use(Domain domain) {
        domain.unpause();
        domain.consoleInput(new byte[] {'\n'});
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        domain.withdrawShutdownRequest();
        domain.eventChannels();
        domain.grants();
        domain.pageTables();
        domain.pause();
        domain.runInstructions(20_000);
        domain.stateDigest();
    }

    private void survives(int type, int trailer) throws IOException {
        ImageLab lab = new ImageLab(image);
        RecordEntry record = lab.record(type);
        Random random = new Random(type);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = lab.copy();
            int at = (int) record.bodyOffset() + random.nextInt((int) record.length() - trailer);
            bytes[at] = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> (byte) 0xff;
                case 2 -> (byte) (bytes[at] + 1);
                default -> (byte) random.nextInt();
            };
            lab.sealAgain(bytes);
            Path hostile = Files.write(folder.resolve("hostile"), bytes);
            tryOut(hostile, "round %d, byte %d".formatted(round, at - (int) record.bodyOffset()));
        }
    }

    private void tryOut(Path hostile, String which) throws IOException {
        try (FileChannel channel = FileChannel.open(hostile, StandardOpenOption.READ)) {
            Domain domain = restore(channel, Progress.none());
            assertThat(host.audit(Optional.empty()).violations()).as(which).isEmpty();
            domain.runInstructions(300_000);
            assertThat(host.host().degraded()).as(which).isEmpty();
            assertThat(host.audit(Optional.empty()).violations()).as(which).isEmpty();
            domain.destroy();
        } catch (EngineException e) {
            assertThat(e.getMessage()).as(which).isNotBlank();
        }
        assertThat(host.domains()).as(which).isEmpty();
        assertThat(host.host().freeFrames()).as(which).isEqualTo(free);
    }

    private Domain restore(FileChannel channel, Progress progress) {
        ClockSpec clock = Pebble.CLOCK;
        return host.restore(
                new RestoreSpec(channel, UUID.randomUUID(), "hostile", clock, (bytes, at, length) -> {}, progress));
    }
}
