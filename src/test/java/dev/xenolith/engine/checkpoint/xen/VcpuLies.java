package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.stream.TscInfo;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Lies in a BASIC record, and of the clock. */
final class VcpuLies {

    private static final int REGS = VcpuGuestContext.USER_REGS;

    private VcpuLies() {}

    static List<Arguments> all() {
        return Stream.of(tables(), registers()).flatMap(List::stream).toList();
    }

    private static Arguments lie(String name, String record, String reason, Consumer<SyntheticImage> lie) {
        return Arguments.of(name, record, reason, lie);
    }

    private static List<Arguments> tables() {
        return List.of(
                lie(
                        "a cr3 that is no L4",
                        "X86_PV_VCPU_BASIC",
                        "cr3 in a page of type L4TAB",
                        image -> image.vcpu.putLong(VcpuGuestContext.CTRLREG + 24, (long) SyntheticImage.L3 << 12)),
                lie(
                        "a cr3 beyond the p2m",
                        "X86_PV_VCPU_BASIC",
                        "cr3 in a page that was sent",
                        image -> image.vcpu.putLong(VcpuGuestContext.CTRLREG + 24, -1L)),
                lie(
                        "a raw cr1",
                        "X86_PV_VCPU_BASIC",
                        "cr1 of 0 or with bit 0 set",
                        image -> image.vcpu.putLong(VcpuGuestContext.CTRLREG + 8, (long) SyntheticImage.L4 << 12)),
                lie(
                        "a user table that is no L4",
                        "X86_PV_VCPU_BASIC",
                        "cr1 in a page of type L4TAB",
                        image -> image.vcpu.putLong(VcpuGuestContext.CTRLREG + 8, ((long) image.firstData << 12) | 1)),
                lie(
                        "a GDT too large",
                        "X86_PV_VCPU_BASIC",
                        "a GDT of at most 7168 entries",
                        image -> image.vcpu.putLong(VcpuGuestContext.GDT_ENTRIES, 7169)),
                lie(
                        "a GDT of -1 entries",
                        "X86_PV_VCPU_BASIC",
                        "a GDT of at most 7168 entries",
                        image -> image.vcpu.putLong(VcpuGuestContext.GDT_ENTRIES, -1)),
                lie(
                        "a GDT beyond the p2m",
                        "X86_PV_VCPU_BASIC",
                        "GDT frame 0 in a page that was sent",
                        image -> image.vcpu
                                .putLong(VcpuGuestContext.GDT_ENTRIES, 512)
                                .putLong(VcpuGuestContext.GDT_FRAMES, 1L << 40)),
                lie("a GDT that the guest may write", "X86_PV_VCPU_BASIC", "that Xen would take", image -> {
                    image.page(image.firstData);
                    image.vcpu
                            .putLong(VcpuGuestContext.GDT_ENTRIES, 512)
                            .putLong(VcpuGuestContext.GDT_FRAMES, image.firstData);
                }),
                lie(
                        "an LDT too large",
                        "X86_PV_VCPU_BASIC",
                        "that Xen would take",
                        image -> image.vcpu.putLong(VcpuGuestContext.LDT_ENTRIES, 8193)));
    }

    private static List<Arguments> registers() {
        return List.of(
                lie(
                        "a rip that is not canonical",
                        "X86_PV_VCPU_BASIC",
                        "that Xen would take",
                        image -> image.vcpu.putLong(REGS + VcpuGuestContext.RIP, 1L << 60)),
                lie(
                        "a trap that is not canonical",
                        "X86_PV_VCPU_BASIC",
                        "that Xen would take",
                        image -> image.vcpu.putLong(VcpuGuestContext.TRAPS + 16 * 14 + 8, 1L << 50)),
                lie(
                        "an LDT in Xen's space",
                        "X86_PV_VCPU_BASIC",
                        "that Xen would take",
                        image -> image.vcpu
                                .putLong(VcpuGuestContext.LDT_BASE, 0xffff_8000_0000_0000L)
                                .putLong(VcpuGuestContext.LDT_ENTRIES, 8)),
                lie(
                        "user mode without a table",
                        "X86_PV_VCPU_BASIC",
                        "that Xen would take",
                        image -> image.vcpu.putInt(VcpuGuestContext.FLAGS, VcpuGuestContext.VGCF_ONLINE)),
                lie(
                        "reserved bits in mxcsr",
                        "X86_PV_VCPU_BASIC",
                        "mxcsr without reserved bits",
                        image -> image.vcpu.putInt(VcpuGuestContext.FLAGS, 5).putInt(24, 0x10000)),
                lie(
                        "an assist nobody knows",
                        "",
                        "vm_assist bits 0x100",
                        image -> image.vcpu.putLong(VcpuGuestContext.VM_ASSIST, 0x100)),
                lie(
                        "a TSC mode nobody knows",
                        "X86_TSC_INFO",
                        "a mode from 0 to 2",
                        image -> image.tsc = new TscInfo(3, 1, 1, 1)),
                lie(
                        "a TSC of -1 nanoseconds",
                        "X86_TSC_INFO",
                        "at most 2^60",
                        image -> image.tsc = new TscInfo(0, 1, -1, 1)),
                lie(
                        "a TSC of 2^32 kHz",
                        "X86_TSC_INFO",
                        "at most 10^8 kHz",
                        image -> image.tsc = new TscInfo(0, 0xffff_ffffL, 1, 1)));
    }
}
