package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ImageFinding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sound images pass; each broken rule is found where it is broken. */
class StreamVerifierTest {

    @Test
    void findsNothingInSoundImages() {
        assertThat(verify(TinyImage.whole())).isEmpty();
        assertThat(verify(TinyImage.version2())).isEmpty();
        assertThat(verify(TinyImage.bareLibxc())).isEmpty();
        assertThat(verify(TinyImage.bareLibxl())).isEmpty();
    }

    @Test
    void findsEveryTruncation() {
        byte[] bytes = TinyImage.whole();
        List<Integer> interesting = new java.util.ArrayList<>();
        for (int length = 0; length < bytes.length; length++) {
            boolean insidePageBytes = length % 64 != 0 && length > 400 && length < bytes.length - 5400;
            if (!insidePageBytes) {
                interesting.add(length);
            }
        }
        for (int length : interesting) {
            assertThat(verify(Arrays.copyOf(bytes, length)))
                    .as("cut to %d bytes", length)
                    .isNotEmpty();
        }
    }

    @Test
    void survivesEveryByteOfTheFramingSetToAllOnes() {
        byte[] bytes = TinyImage.whole();
        for (int at = 0; at < 400; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] = (byte) 0xff;
            verify(damaged);
        }
    }

    @Test
    void findsReservedBits() {
        assertThat(findingsOf(image -> image.record(LibxcRecord.X86_PV_INFO, body("0804000000000001"))))
                .anyMatch(message -> message.startsWith("X86_PV_INFO") && message.contains("reserved"));
        assertThat(findingsOf(image -> image.info()
                        .staticDataEnd()
                        .p2m()
                        .record(LibxcRecord.PAGE_DATA, body("01000000 00000000 00000000000010e0"))))
                .anyMatch(message -> message.contains("bits 52 to 59"));
    }

    @Test
    void findsRecordsInTheWrongOrder() {
        assertThat(findingsOf(image -> image.info().p2m())).anyMatch(m -> m.contains("STATIC_DATA_END before it"));
        assertThat(findingsOf(image -> image.staticDataEnd().p2m())).anyMatch(m -> m.contains("X86_PV_INFO before it"));
        assertThat(findingsOf(image -> image.info().staticDataEnd().pages()))
                .anyMatch(m -> m.contains("X86_PV_P2M_FRAMES before it"));
        assertThat(findingsOf(image -> image.shared())).anyMatch(m -> m.contains("X86_PV_INFO before it"));
        assertThat(findingsOf(image -> image.info().staticDataEnd().staticDataEnd()))
                .anyMatch(m -> m.contains("one STATIC_DATA_END"));
        assertThat(findingsOf(image -> image.info().staticDataEnd().policies()))
                .anyMatch(m -> m.contains("to come before STATIC_DATA_END"));
        assertThat(findingsOf(
                        image -> image.info().staticDataEnd().p2m().pages().end()))
                .anyMatch(m -> m.contains("an X86_PV_VCPU_BASIC before END"));
    }

    @Test
    void findsAStaticDataEndInAVersion2Stream() {
        byte[] bytes = new TinyImage().libxc(2).info().staticDataEnd().raw();

        assertThat(verify(bytes)).anyMatch(m -> m.contains("no such record in a v2 stream"));
    }

    @Test
    void passesOptionalRecordsAndRefusesMandatoryOnesNobodyKnows() {
        assertThat(verify(new TinyImage()
                        .libxl()
                        .libxc(3)
                        .record(0x80000099)
                        .body()
                        .finish()))
                .isEmpty();
        assertThat(findingsOf(image -> image.record(0x99))).anyMatch(m -> m.contains("LIBXC mandatory record 0x99"));
    }

    @Test
    void refusesRecordsOfOtherGuestsAndStreams() {
        for (int type : new int[] {
            LibxcRecord.HVM_CONTEXT,
            LibxcRecord.HVM_PARAMS,
            LibxcRecord.TOOLSTACK,
            LibxcRecord.CHECKPOINT_DIRTY_PFN_LIST,
            LibxcRecord.CHECKPOINT
        }) {
            assertThat(findingsOf(image -> image.record(type)))
                    .as("type %d", type)
                    .anyMatch(m -> m.contains(": needs "));
        }
    }

    @Test
    void findsPageDataThatLies() {
        assertThat(pageData("00000000 00000000")).anyMatch(m -> m.contains("a count of at least 1"));
        assertThat(pageData("ffffffff 00000000 0000000000000000")).anyMatch(m -> m.contains("a count of at most 1"));
        assertThat(pageData("01000000 00000000 0000000000000050")).anyMatch(m -> m.contains("a page type that exists"));
        assertThat(pageData("01000000 00000000 00000000000000f0")).noneMatch(m -> m.startsWith("PAGE_DATA"));
        assertThat(pageData("01000000 00000000 04000000000000f0")).anyMatch(m -> m.contains("pfns up to 0x3"));
        assertThat(pageData("01000000 00000000 0000000000000000")).anyMatch(m -> m.contains("a body of 4112 bytes"));
        assertThat(pageData("01000000 00000000 00000000000000f0 00")).anyMatch(m -> m.contains("a body of 16 bytes"));
        assertThat(pageData("00")).anyMatch(m -> m.contains("a body of at least 8 bytes"));
    }

    @Test
    void refusesOurRecordsInsideAXenImageAndXensInsideOurs() {
        assertThat(findingsOf(image -> image.info().record(LibxcRecord.XENOLITH_TRANSPARENT)))
                .anyMatch(m -> m.contains("the first libxc record"));
        assertThat(findingsOf(image ->
                        image.record(LibxcRecord.XENOLITH_TRANSPARENT).info().shared()))
                .anyMatch(m -> m.contains("no such record in a transparent image"));
        assertThat(findingsOf(image -> image.info().staticDataEnd().record(LibxcRecord.XENOLITH_PAGE_INDEX)))
                .anyMatch(m -> m.contains("XENOLITH_TRANSPARENT to open the stream"));
    }

    @Test
    void stopsAfterSoManyFindings() {
        TinyImage image = new TinyImage().libxc(3);
        for (int i = 0; i < 3 * StreamVerifier.FINDINGS_MAX; i++) {
            image.record(0x99);
        }

        assertThat(verify(image.raw()).size()).isBetween(StreamVerifier.FINDINGS_MAX, StreamVerifier.FINDINGS_MAX + 3);
    }

    private static List<String> pageData(String hex) {
        return findingsOf(image -> image.info().staticDataEnd().p2m().record(LibxcRecord.PAGE_DATA, body(hex)));
    }

    private static List<String> findingsOf(java.util.function.Consumer<TinyImage> records) {
        return verify(new TinyImage().libxc(3).with(records).raw());
    }

    private static List<String> verify(byte[] bytes) {
        try (ImageFile file = ImageFile.of(bytes)) {
            return StreamVerifier.verify(file.image()).stream()
                    .map(ImageFinding::message)
                    .toList();
        }
    }

    private static ByteBuffer body(String hex) {
        return ByteBuffer.wrap(ImageFile.bytes(hex));
    }
}
