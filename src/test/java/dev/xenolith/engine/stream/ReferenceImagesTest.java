package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Images that real Xen 4.17 wrote: they are read without a complaint, and what we decode of them encodes to the same
 * bytes. They are not ours to hand on, so they stand beside the project or where XENOLITH_REFERENCE says.
 */
class ReferenceImagesTest {

    private static final Path FOLDER =
            Path.of(Optional.ofNullable(System.getenv("XENOLITH_REFERENCE")).orElse("../shared/reference"));

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({"tick4, 1024, 5", "tick4-c, 1024, 5", "pv96-v1, 24576, 167", "pv96, 24576, 167"})
    void readsWhatXenWrote(String name, long pages, long tables) throws IOException {
        try (FileChannel channel = open(name)) {
            ImageBytes image = ImageBytes.of(channel);
            Map<PageType, Long> types = new TreeMap<>();
            for (RecordEntry entry : entries(image)) {
                if (entry.is(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA)) {
                    PageData.read(image, entry, (pfn, type, at) -> types.merge(type, 1L, Long::sum));
                }
            }

            assertThat(StreamVerifier.verify(image)).isEmpty();
            assertThat(types.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(pages);
            assertThat(types.entrySet().stream()
                            .filter(type -> type.getKey().isTable())
                            .mapToLong(Map.Entry::getValue)
                            .sum())
                    .isEqualTo(tables);
        }
    }

    @ParameterizedTest
    @CsvSource({"tick4", "tick4-c", "pv96-v1", "pv96"})
    void writesBackTheSameBytes(String name) throws IOException {
        try (FileChannel channel = open(name);
                FileChannel again = FileChannel.open(
                        temporary.resolve("again"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ImageBytes image = ImageBytes.of(channel);
            ImageSink sink = new ImageSink(again);
            RecordWriter writer = new RecordWriter(sink);
            for (RecordEntry entry : entries(image)) {
                copy(image, entry, sink, writer);
            }
            sink.finish();
        }

        assertThat(Files.mismatch(temporary.resolve(name), temporary.resolve("again")))
                .isEqualTo(-1);
    }

    private static void copy(ImageBytes image, RecordEntry entry, ImageSink sink, RecordWriter writer) {
        if (entry.isHeader()) {
            sink.write(
                    switch (entry.name()) {
                        case XlHeader.NAME ->
                            XlHeader.decode(image, entry.offset()).encode();
                        case LibxlHeader.NAME ->
                            LibxlHeader.decode(image, entry.offset()).encode();
                        case ImageHeader.NAME ->
                            ImageHeader.decode(image, entry.offset()).encode();
                        case DomainHeader.NAME ->
                            DomainHeader.decode(image, entry.offset()).encode();
                        default -> throw new AssertionError(entry.name());
                    });
            return;
        }
        writer.write(entry.layer(), entry.type(), encoded(image, entry));
    }

    private static ByteBuffer encoded(ImageBytes image, RecordEntry entry) {
        if (entry.layer() != StreamLayer.LIBXC) {
            return entry.body(image, 0);
        }
        ByteBuffer body = entry.body(image, (int) StreamLimits.RECORD_LENGTH_MAX);
        return switch (entry.type()) {
            case LibxcRecord.PAGE_DATA -> body;
            case LibxcRecord.X86_PV_INFO -> PvInfo.decode(body, 0).encode();
            case LibxcRecord.X86_PV_P2M_FRAMES -> P2mFrames.decode(image, entry).encode();
            case LibxcRecord.X86_CPUID_POLICY -> CpuidPolicy.decode(body, 0).encode();
            case LibxcRecord.X86_MSR_POLICY -> MsrPolicy.decode(body, 0).encode();
            case LibxcRecord.X86_TSC_INFO -> TscInfo.decode(body, 0).encode();
            case LibxcRecord.SHARED_INFO -> SharedInfoRecord.decode(body, 0).encode();
            case LibxcRecord.STATIC_DATA_END, LibxcRecord.END -> ByteBuffer.allocate(0);
            default -> VcpuRecord.decode(body, entry).encode();
        };
    }

    private FileChannel open(String name) throws IOException {
        Path compressed = FOLDER.resolve(name + ".xlsave.zst");
        assumeTrue(Files.isReadable(compressed), () -> "no reference image " + compressed);
        byte[] input = Files.readAllBytes(compressed);
        ZstdJavaDecompressor decompressor = new ZstdJavaDecompressor();
        byte[] output = new byte[(int) decompressor.getDecompressedSize(input, 0, input.length)];
        decompressor.decompress(input, 0, input.length, output, 0, output.length);
        Path image = Files.write(temporary.resolve(name), output);
        return FileChannel.open(image, StandardOpenOption.READ);
    }

    private static List<RecordEntry> entries(ImageBytes image) {
        List<RecordEntry> entries = new ArrayList<>();
        StreamRecords records = new StreamRecords(image);
        for (RecordEntry entry = records.next(); entry != null; entry = records.next()) {
            entries.add(entry);
        }
        return entries;
    }
}
