package dev.xenolith.engine.checkpoint.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageFinding.Kind;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.host.Xenolith;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.PageWord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that lie. Whatever they say, they are refused with the record and the reason, no domain is left, and every frame
 * is free again. The same image without the lie is restored by {@link XenRestoreTest}.
 */
class HostileXenImageTest {

    static final int PAGES = 600;

    @TempDir
    Path folder;

    private final Xenolith host = new Xenolith(4000, 1);

    @AfterEach
    void close() {
        host.close();
    }

    static Stream<Arguments> lies() {
        return Stream.of(MemoryLies.all(), VcpuLies.all(), ExtraLies.all()).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void refuses(String name, String record, String reason, Consumer<SyntheticImage> lie) throws IOException {
        SyntheticImage image = new SyntheticImage(PAGES);
        lie.accept(image);
        try (FileChannel channel = image.write(folder.resolve("image"))) {
            Throwable refusal = refused(channel, name);

            assertThat(refusal).hasMessageContaining(reason);
            if (record.isEmpty()) {
                assertThat(refusal).isInstanceOf(ImageIncompatibleException.class);
            } else {
                assertThat(refusal).isInstanceOf(ImageCorruptException.class);
                assertThat(((ImageCorruptException) refusal).record()).isEqualTo(record);
            }
        }
    }

    /** Before anybody restores it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void isToldOfByVerify(String name, String record, String reason, Consumer<SyntheticImage> lie) throws IOException {
        SyntheticImage image = new SyntheticImage(PAGES);
        lie.accept(image);
        try (FileChannel channel = image.write(folder.resolve("image"))) {
            List<ImageFinding> findings = host.images().verify(channel, Progress.none());

            ImageFinding finding = findings.getFirst();
            assertThat(findings).containsExactly(finding);
            assertThat(finding.message()).contains(reason);
            assertThat(finding.kind()).isEqualTo(record.isEmpty() ? Kind.INCOMPATIBLE : Kind.CORRUPT);
            assertThat(finding.record()).isEqualTo(record.isEmpty() ? finding.record() : record);
            assertThat(finding.record()).isNotEqualTo("IMAGE");
            assertThat(finding.offset()).isPositive();
            assertThat(channel.isOpen()).isTrue();
        }
    }

    /** At each boundary of a record, and inside its header, body and padding. */
    @Test
    void refusesAnImageThatEndsAnywhere() throws IOException {
        try (FileChannel channel = new SyntheticImage(PAGES).write(folder.resolve("image"))) {
            List<Long> cuts = new ArrayList<>();
            for (RecordEntry record : records(channel)) {
                long length = record.end() - record.offset();
                for (long at : new long[] {0, 1, 4, 7, 8, 9, 12, length / 2, length - 1}) {
                    if (at < length) {
                        cuts.add(record.offset() + at);
                    }
                }
            }
            cuts.sort((a, b) -> Long.compare(b, a));
            for (long cut : cuts) {
                channel.truncate(cut);
                assertThat(refused(channel, "cut at " + cut)).isInstanceOf(ImageCorruptException.class);
            }
        }
    }

    @Test
    void refusesLengthsAndCountsOf2To32() throws IOException {
        try (FileChannel channel = new SyntheticImage(PAGES).write(folder.resolve("image"))) {
            for (RecordEntry record : records(channel)) {
                if (record.isHeader()) {
                    continue;
                }
                for (int length : new int[] {-1, Integer.MAX_VALUE, (int) record.length() + 8}) {
                    with(
                            channel,
                            record.offset() + 4,
                            length,
                            () -> assertThat(refused(channel, record.name() + " of length " + length))
                                    .isInstanceOf(ImageCorruptException.class));
                }
                if (record.type() == LibxcRecord.PAGE_DATA && record.length() > 0) {
                    with(
                            channel,
                            record.bodyOffset(),
                            -1,
                            () -> assertThat(refused(channel, "a count of 2^32 - 1"))
                                    .hasMessageContaining("a count of at most"));
                    with(
                            channel,
                            record.bodyOffset(),
                            0,
                            () -> assertThat(refused(channel, "a count of 0"))
                                    .hasMessageContaining("a count of at least 1"));
                }
            }
        }
    }

    @Test
    void refusesAPageTypeThatDoesNotExist() throws IOException {
        try (FileChannel channel = new SyntheticImage(PAGES).write(folder.resolve("image"))) {
            RecordEntry pages = records(channel).stream()
                    .filter(record -> record.type() == LibxcRecord.PAGE_DATA && record.length() > 0)
                    .findFirst()
                    .orElseThrow();
            int high = (int) (PageWord.of(0, PageType.NOTAB) >>> 32) | (5 << 28);
            with(
                    channel,
                    pages.bodyOffset() + 12,
                    high,
                    () -> assertThat(refused(channel, "page type 5")).hasMessageContaining("a page type that exists"));
        }
    }

    /** 2^32 pfns in a p2m that is one page named again and again, and nothing sent. */
    @Test
    void refusesAPseudophysicalSpaceThatNoHostHas() throws IOException {
        SyntheticImage image = new SyntheticImage(PAGES);
        image.endPfn = PfnTable.PFNS_MAX;
        image.p2mPfns = new long[(int) (PfnTable.PFNS_MAX / 512) + 1];
        try (FileChannel channel = image.write(folder.resolve("image"))) {
            assertThat(refused(channel, "2^28 pfns"))
                    .isInstanceOf(ImageIncompatibleException.class)
                    .hasMessageContaining("pfns up to 0x10000000");
        }
    }

    /** The rings too, which a restore is the first to read. */
    @Test
    void tellsOfAnyPageThatChangedAfterItsChecksumsWereTaken() throws IOException {
        long free = host.host().freeFrames();
        int refused = 0;
        try (FileChannel image = new SyntheticImage(PAGES).write(folder.resolve("image"))) {
            byte[] checksums = host.images().checksums(image, Progress.none());
            for (RecordEntry record : records(image)) {
                if (record.isHeader() || record.type() != LibxcRecord.PAGE_DATA) {
                    continue;
                }
                long pfns = record.bodyOffset() + 8;
                long count = ImageBytes.of(image)
                        .read(record.name(), record.bodyOffset(), 4)
                        .getInt(0);
                for (long page = record.end() - 4096; page >= pfns + 8 * count; page -= 4096) {
                    ByteBuffer byteOfIt = ByteBuffer.allocate(1);
                    image.read(byteOfIt, page);
                    image.write(ByteBuffer.wrap(new byte[] {(byte) ~byteOfIt.get(0)}), page);
                    refused += refusedAsDamaged(checksums) ? 1 : 0;
                    image.write(byteOfIt.rewind(), page);
                    assertThat(host.domains()).isEmpty();
                    assertThat(host.host().freeFrames()).isEqualTo(free);
                }
            }
        }
        // Page tables, p2m, start_info and rings are among those read, most of the data is not.
        assertThat(refused).isBetween(9, PAGES / 2);
    }

    /** Or else it runs a little, which may end the domain and nothing else. */
    private boolean refusedAsDamaged(byte[] checksums) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve("image"), StandardOpenOption.READ)) {
            Domain domain = host.restore(spec(channel).withChecksums(checksums));
            domain.runInstructions(100);
            assertThat(host.host().degraded()).isEmpty();
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            domain.destroy();
            return false;
        } catch (ImageCorruptException e) {
            assertThat(e.record()).isEqualTo("PAGE_DATA");
            assertThat(e.offset()).isPositive();
            return true;
        }
    }

    private static void with(FileChannel channel, long offset, int value, Runnable check) throws IOException {
        ByteBuffer old = ByteBuffer.allocate(4);
        channel.read(old, offset);
        ByteBuffer lie = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
        channel.write(lie, offset);
        check.run();
        channel.write(old.flip(), offset);
    }

    private static List<RecordEntry> records(FileChannel channel) {
        List<RecordEntry> all = new ArrayList<>();
        StreamRecords records = new StreamRecords(ImageBytes.of(channel));
        for (RecordEntry record = records.next(); record != null; record = records.next()) {
            all.add(record);
        }
        return all;
    }

    private Throwable refused(FileChannel channel, String what) {
        long free = host.host().freeFrames();
        Throwable refusal = catchThrowable(() -> host.restore(spec(channel)));
        assertThat(refusal).as(what).isInstanceOf(EngineException.class);
        assertThat(host.domains()).as(what).isEmpty();
        assertThat(host.host().freeFrames()).as(what).isEqualTo(free);
        return refusal;
    }

    private static RestoreSpec spec(FileChannel channel) {
        return new RestoreSpec(
                channel,
                UUID.randomUUID(),
                "hostile",
                new ClockSpec.Virtual(1000, 1_700_000_000, 1),
                (bytes, offset, length) -> {},
                Progress.none());
    }
}
