package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each record body against bytes written down by hand from the specification. */
class RecordBodiesTest {

    @Test
    void writesAndReadsPvInfo() {
        assertThat(ImageFile.hex(PvInfo.x86of64Bit().encode())).isEqualTo("0804000000000000");
        assertThat(PvInfo.decode(body("08 04 0000 00000000"), 0)).isEqualTo(new PvInfo(8, 4));
    }

    @Test
    void refusesPvInfoOfAnotherWidthDepthOrLength() {
        assertThatExceptionOfType(ImageIncompatibleException.class)
                .isThrownBy(() -> PvInfo.decode(body("04 03 0000 00000000"), 0));
        corrupt(() -> PvInfo.decode(body("08 03 0000 00000000"), 0));
        corrupt(() -> PvInfo.decode(body("07 04 0000 00000000"), 0));
        corrupt(() -> PvInfo.decode(body("08 04 0000 000000"), 0));
    }

    @Test
    void writesAndReadsTscInfo() {
        String golden = "02000000 25" + "9d2700 ff34325fb3030000 ffffffff 00000000";
        TscInfo info = new TscInfo(2, 0x279d25, 0x3b35f3234ffL, 0xffffffffL);

        assertThat(ImageFile.hex(info.encode())).isEqualTo(golden.replaceAll("\\s", ""));
        assertThat(TscInfo.decode(body(golden), 0)).isEqualTo(info);
        corrupt(() -> TscInfo.decode(body("00".repeat(25)), 0));
    }

    @Test
    void writesAndReadsACpuidPolicy() {
        String golden = "01000000 ffffffff 11111111 22222222 33333333 44444444";
        CpuidPolicy policy =
                new CpuidPolicy(List.of(new CpuidPolicy.Leaf(1, -1, 0x11111111, 0x22222222, 0x33333333, 0x44444444)));

        assertThat(ImageFile.hex(policy.encode())).isEqualTo(golden.replaceAll("\\s", ""));
        assertThat(CpuidPolicy.decode(body(golden), 0)).isEqualTo(policy);
        corrupt(() -> CpuidPolicy.decode(body(""), 0));
        corrupt(() -> CpuidPolicy.decode(body("00".repeat(23)), 0));
    }

    @Test
    void writesAndReadsAnMsrPolicy() {
        String golden = "ce000000 00000000 0000008000000000";
        MsrPolicy policy = new MsrPolicy(List.of(new MsrPolicy.Msr(0xce, 0, 1L << 31)));

        assertThat(ImageFile.hex(policy.encode())).isEqualTo(golden.replaceAll("\\s", ""));
        assertThat(MsrPolicy.decode(body(golden), 0)).isEqualTo(policy);
        corrupt(() -> MsrPolicy.decode(body(""), 0));
        corrupt(() -> MsrPolicy.decode(body("00".repeat(17)), 0));
    }

    @Test
    void writesAndReadsP2mFramesOfARangeThatIsNotAligned() {
        String golden = "ff010000 00020000 ba5f000000000000 b65f000000000000";
        assertThat(ImageFile.hex(new P2mFrames(0x1ff, 0x200, new long[] {0x5fba, 0x5fb6}).encode()))
                .isEqualTo(golden.replaceAll("\\s", ""));

        P2mFrames read = p2mFrames(golden);
        assertThat(read.startPfn()).isEqualTo(0x1ff);
        assertThat(read.endPfn()).isEqualTo(0x200);
        assertThat(read.p2mPfns()).containsExactly(0x5fba, 0x5fb6);
    }

    @Test
    void refusesP2mFramesOfAnotherLengthThanTheirRange() {
        corrupt(() -> p2mFrames("00000000 ff010000"));
        corrupt(() -> p2mFrames("00000000 00020000 0000000000000000"));
        corrupt(() -> p2mFrames("00000000 ffffffff 0000000000000000"));
        corrupt(() -> p2mFrames("00020000 ff010000 0000000000000000"));
        corrupt(() -> p2mFrames("00000000"));
    }

    @Test
    void writesAndReadsAVcpuRecord() {
        assertThat(ImageFile.hex(new VcpuRecord(3, new byte[] {9}).encode())).isEqualTo("030000000000000009");

        VcpuRecord read = vcpu(LibxcRecord.X86_PV_VCPU_MSRS, "03000000 00000000" + "11".repeat(16));
        assertThat(read.vcpuId()).isEqualTo(3);
        assertThat(read.context()).hasSize(16).containsOnly(0x11);
    }

    @Test
    void toleratesAnEmptyVcpuRecordAsXenDoes() {
        assertThat(vcpu(LibxcRecord.X86_PV_VCPU_XSAVE, "03000000 00000000").context())
                .isEmpty();
    }

    @Test
    void refusesVcpuRecordsOfWrongLengths() {
        String header = "00000000 00000000";
        corrupt(() -> vcpu(LibxcRecord.X86_PV_VCPU_BASIC, "00000000"));
        corrupt(() -> vcpu(LibxcRecord.X86_PV_VCPU_BASIC, header + "00".repeat(5167)));
        corrupt(() -> vcpu(LibxcRecord.X86_PV_VCPU_EXTENDED, header + "00".repeat(129)));
        corrupt(() -> vcpu(LibxcRecord.X86_PV_VCPU_XSAVE, header + "00".repeat(15)));
        corrupt(() -> vcpu(LibxcRecord.X86_PV_VCPU_MSRS, header + "00".repeat(15)));
        corrupt(() -> vcpu(LibxcRecord.X86_PV_VCPU_MSRS, "00020000 00000000" + "00".repeat(16)));
    }

    @Test
    void placesThePageTypeInTheTopFourBits() {
        long word = PageWord.of(0x123, PageType.L4TAB_PIN);

        assertThat(word).isEqualTo(0xc000_0000_0000_0123L);
        assertThat(PageWord.pfn(word)).isEqualTo(0x123);
        assertThat(PageType.of(PageWord.typeCode(word))).isEqualTo(PageType.L4TAB_PIN);
    }

    @Test
    void knowsWhichPageTypesCarryDataAndArePinned() {
        assertThat(PageType.values())
                .filteredOn(PageType::hasData)
                .doesNotContain(PageType.BROKEN, PageType.XALLOC, PageType.XTAB)
                .hasSize(9);
        assertThat(PageType.L3TAB_PIN.pinned()).isTrue();
        assertThat(PageType.XALLOC.pinned()).isFalse();
        assertThat(PageType.L3TAB_PIN.level()).isEqualTo(3);
        assertThat(PageType.table(0, false)).isEqualTo(PageType.NOTAB);
        assertThat(PageType.table(2, true)).isEqualTo(PageType.L2TAB_PIN);
        for (int reserved = 5; reserved <= 8; reserved++) {
            assertThat(PageType.of(reserved)).isNull();
        }
    }

    private static P2mFrames p2mFrames(String hex) {
        byte[] bytes = ImageFile.bytes(hex);
        try (ImageFile file = ImageFile.of(bytes)) {
            return P2mFrames.decode(file.image(), bodyOnly(LibxcRecord.X86_PV_P2M_FRAMES, bytes.length));
        }
    }

    private static VcpuRecord vcpu(int type, String hex) {
        return VcpuRecord.decode(body(hex), bodyOnly(type, hex.length() / 2));
    }

    /** A record whose body begins at the file's first byte. */
    private static RecordEntry bodyOnly(int type, int length) {
        return new RecordEntry(
                StreamLayer.LIBXC, type, RecordName.of(StreamLayer.LIBXC, type), -RecordHeader.BYTES, length);
    }

    private static ByteBuffer body(String hex) {
        return ByteBuffer.wrap(ImageFile.bytes(hex)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void corrupt(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(call);
    }
}
