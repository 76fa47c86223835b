package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.domain.Callbacks;
import dev.xenolith.engine.domain.SavedVcpuContext;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.hypercall.Msrs;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.VcpuRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What Xen's stream says of one vcpu that is up. Frames become pfns, as in {@code write_one_vcpu_basic} of {@code
 * tools/libs/guest/xg_sr_save_x86_pv.c}: those of the GDT, both base tables, and rdx of vcpu 0, where the guest left
 * the frame of its start_info.
 *
 * <p>No XSAVE record: our guests are offered no XSAVE. No MSRS record: of the MSRs that Xen would send, a guest here has
 * none, and Xen leaves the record out when there is nothing in it.
 */
final class CooperativeVcpu {

    private static final int RDX = VcpuGuestContext.USER_REGS + VcpuGuestContext.RDX;
    private static final int CR1 = VcpuGuestContext.CTRLREG + Long.BYTES;
    private static final int CR3 = VcpuGuestContext.CTRLREG + 3 * Long.BYTES;

    /** In cr1, which is no register of the CPU's: there is a table for user mode. */
    private static final long CR1_PRESENT = 1;

    /** {@code struct xen_domctl_ext_vcpucontext}. */
    private static final int EXTENDED_BYTES = 64;

    private final Vcpu vcpu;
    private final CooperativePages pages;

    CooperativeVcpu(Vcpu vcpu, CooperativePages pages) {
        this.vcpu = vcpu;
        this.pages = pages;
    }

    void write(RecordWriter writer) {
        write(writer, LibxcRecord.X86_PV_VCPU_BASIC, basic());
        write(writer, LibxcRecord.X86_PV_VCPU_EXTENDED, extended());
    }

    private void write(RecordWriter writer, int type, byte[] context) {
        writer.write(StreamLayer.LIBXC, type, new VcpuRecord(vcpu.id(), context).encode());
    }

    private byte[] basic() {
        byte[] bytes = SavedVcpuContext.of(vcpu);
        ByteBuffer context = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (vcpu.id() == 0) {
            context.putLong(RDX, pages.pfnOf(context.getLong(RDX), "rdx of vcpu 0, start_info"));
        }
        int gdtFrames = vcpu.mmu().descriptors().gdtGuestFrames().length;
        for (int i = 0; i < gdtFrames; i++) {
            int at = VcpuGuestContext.GDT_FRAMES + i * Long.BYTES;
            context.putLong(at, pfnOf(context.getLong(at), "GDT frame " + i));
        }
        context.putLong(CR3, base(vcpu.mmu().kernelGuestMfn(), "cr3"));
        long user = vcpu.mmu().userGuestMfn();
        context.putLong(CR1, user == 0 ? 0 : base(user, "cr3 of user mode") | CR1_PRESENT);
        return bytes;
    }

    private long base(long guestMfn, String what) {
        return pfnOf(guestMfn, what) << PageSize.SHIFT;
    }

    private long pfnOf(long guestMfn, String what) {
        return pages.pfnOf(guestMfn, what + " of vcpu " + vcpu.id());
    }

    /**
     * <pre>
     *    0  u32  vcpu                        24  u16  syscall32 callback's cs   (64-bit guests: 0)
     *    4  u32  size                        26  u16  sysenter callback's cs
     *    8  u64  syscall32 callback          28  u8   syscall32 masks events
     *   16  u64  sysenter callback           29  u8   sysenter masks events
     *   32  u64  mcg_cap                     40  u64  mci_ctl2[2], mcg_ext_ctl
     * </pre>
     */
    private byte[] extended() {
        Callbacks callbacks = vcpu.callbacks();
        return ByteBuffer.allocate(EXTENDED_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(vcpu.id())
                .putInt(EXTENDED_BYTES)
                .putLong(callbacks.syscall32)
                .putLong(callbacks.sysenter)
                .putShort((short) 0)
                .putShort((short) 0)
                .put((byte) (callbacks.syscall32MasksEvents ? 1 : 0))
                .put((byte) (callbacks.sysenterMasksEvents ? 1 : 0))
                .putShort((short) 0)
                .putLong(Msrs.MCG_CAP_VALUE)
                .array();
    }
}
