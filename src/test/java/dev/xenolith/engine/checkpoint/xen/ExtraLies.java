package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.VcpuRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Lies in the other records of a vcpu. */
final class ExtraLies {

    private ExtraLies() {}

    static List<Arguments> all() {
        return Stream.of(extras(), others()).flatMap(List::stream).toList();
    }

    private static Arguments lie(String name, String record, String reason, Consumer<SyntheticImage> lie) {
        return Arguments.of(name, record, reason, lie);
    }

    private static List<Arguments> extras() {
        return List.of(
                lie(
                        "vcpu 40",
                        "",
                        "41 vcpus",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_BASIC, 40, image.vcpu.array()))),
                lie(
                        "vcpu 2^32 - 1",
                        "X86_PV_VCPU_BASIC",
                        "a vcpu id below 512",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_BASIC, -1, image.vcpu.array()))),
                lie(
                        "AVX state",
                        "",
                        "extended state AVX of vcpu 0",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_XSAVE, 0, xsave(7, 7, 0, 832)))),
                lie(
                        "an XSAVE area cut short",
                        "X86_PV_VCPU_XSAVE",
                        "592 bytes",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_XSAVE, 0, xsave(3, 3, 3, 100)))),
                lie(
                        "xcr0 beyond what was enabled",
                        "X86_PV_VCPU_XSAVE",
                        "xcr0 within 0x3",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_XSAVE, 0, xsave(7, 3, 3, 576)))),
                lie(
                        "states present that are not enabled",
                        "X86_PV_VCPU_XSAVE",
                        "xstate_bv within 0x3",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_XSAVE, 0, xsave(3, 3, 7, 576)))));
    }

    private static List<Arguments> others() {
        return List.of(
                lie(
                        "another vcpu's extended context",
                        "X86_PV_VCPU_EXTENDED",
                        "the context of vcpu 0",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_EXTENDED, 0, extended(1, 0, 0)))),
                lie(
                        "a sysenter that is not canonical",
                        "X86_PV_VCPU_EXTENDED",
                        "a canonical sysenter",
                        image -> image.afterVcpu(writer ->
                                vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_EXTENDED, 0, extended(0, 1L << 62, 0)))),
                lie(
                        "machine-check banks we lack",
                        "",
                        "machine-check capabilities 0x8000000",
                        image -> image.afterVcpu(writer ->
                                vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_EXTENDED, 0, extended(0, 0, 1L << 27)))),
                lie(
                        "an MSR we lack",
                        "",
                        "MSR 0xc0000103 = 0x7",
                        image -> image.afterVcpu(
                                writer -> vcpuRecord(writer, LibxcRecord.X86_PV_VCPU_MSRS, 0, msr(0xc0000103, 7)))));
    }

    private static void vcpuRecord(RecordWriter writer, int type, int vcpu, byte[] context) {
        SyntheticImage.libxc(writer, type, new VcpuRecord(vcpu, context).encode());
    }

    private static byte[] xsave(long xcr0, long enabled, long present, int areaBytes) {
        ByteBuffer xsave = ByteBuffer.allocate(16 + areaBytes).order(ByteOrder.LITTLE_ENDIAN);
        xsave.putLong(0, xcr0).putLong(8, enabled);
        if (areaBytes >= 576) {
            xsave.putLong(16 + 512, present);
        }
        return xsave.array();
    }

    private static byte[] extended(int vcpu, long sysenter, long mcgCap) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, vcpu)
                .putInt(4, 64)
                .putLong(16, sysenter)
                .putLong(32, mcgCap)
                .array();
    }

    private static byte[] msr(int index, long value) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, index)
                .putLong(8, value)
                .array();
    }
}
