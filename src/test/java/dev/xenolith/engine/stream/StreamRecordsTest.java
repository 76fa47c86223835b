package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.ImageCorruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamRecordsTest {

    @Test
    void walksAllLayersOfAnXlImage() {
        assertThat(names(TinyImage.whole()))
                .containsExactly(
                        "XL_HEADER",
                        "LIBXL_HEADER",
                        "LIBXC_CONTEXT",
                        "IMAGE_HEADER",
                        "DOMAIN_HEADER",
                        "X86_PV_INFO",
                        "X86_CPUID_POLICY",
                        "X86_MSR_POLICY",
                        "STATIC_DATA_END",
                        "X86_PV_P2M_FRAMES",
                        "PAGE_DATA",
                        "X86_TSC_INFO",
                        "SHARED_INFO",
                        "X86_PV_VCPU_BASIC",
                        "END",
                        "END");
    }

    @Test
    void walksBareStreams() {
        assertThat(names(TinyImage.bareLibxl())).startsWith("LIBXL_HEADER", "LIBXC_CONTEXT");
        assertThat(names(TinyImage.bareLibxc()))
                .startsWith("IMAGE_HEADER", "DOMAIN_HEADER")
                .endsWith("END");
    }

    @Test
    void placesEachRecordWhereTheOneBeforeEnds() {
        byte[] bytes = TinyImage.whole();
        List<RecordEntry> entries = entries(bytes);

        long offset = 0;
        for (RecordEntry entry : entries) {
            assertThat(entry.offset()).as(entry.name()).isEqualTo(offset);
            offset = entry.end();
        }
        assertThat(offset).isEqualTo(bytes.length);
    }

    @Test
    void listsAnUnknownRecordByItsNumber() {
        byte[] bytes =
                new TinyImage().libxc(3).record(0x80000042).record(0x42).end().raw();

        assertThat(names(bytes)).contains("LIBXC optional record 0x80000042", "LIBXC mandatory record 0x42");
    }

    @Test
    void leavesBytesBehindTheLastEndAlone() {
        byte[] bytes = TinyImage.whole();

        assertThat(names(Arrays.copyOf(bytes, bytes.length + 5))).hasSize(16);
    }

    @Test
    void refusesAFileThatIsNoImage() {
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> names("#!/bin/sh\necho".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> names(new byte[0]));
    }

    @Test
    void saysWhatARecordMeans() {
        try (ImageFile file = ImageFile.of(TinyImage.whole())) {
            RecordMeaning meaning = new RecordMeaning(file.image());
            List<String> meanings =
                    entries(TinyImage.whole()).stream().map(meaning::of).toList();

            assertThat(meanings)
                    .contains("4 pages, 0x0 to 0x3, 2 with data, 1 page tables", "p2m of pfns 0x0 to 0x3")
                    .contains("vcpu 0, 5168 bytes", "2596133 kHz, 15857847231 ns, incarnation 1")
                    .doesNotContain("", "unknown");
        }
    }

    private static List<String> names(byte[] bytes) {
        return entries(bytes).stream().map(RecordEntry::name).toList();
    }

    private static List<RecordEntry> entries(byte[] bytes) {
        try (ImageFile file = ImageFile.of(bytes)) {
            List<RecordEntry> entries = new ArrayList<>();
            StreamRecords records = new StreamRecords(file.image());
            for (RecordEntry entry = records.next(); entry != null; entry = records.next()) {
                entries.add(entry);
            }
            return entries;
        }
    }
}
