package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.domain.VcpuContext;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.RecordEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A vcpu from its X86_PV_VCPU_BASIC record ({@code process_vcpu_basic}): the pfns in it become frames, then it is loaded
 * as Xen loads it, which validates the page tables it stands on. A vcpu that was sent was online, so it is again.
 */
final class VcpuRestore {

    /** 14 frames of 512 descriptors; behind them are Xen's own. */
    private static final long GDT_ENTRIES_MAX = 14 * 512;

    private static final int CR1 = VcpuGuestContext.CTRLREG + 8;
    private static final int CR3 = VcpuGuestContext.CTRLREG + 24;
    private static final int RDX = VcpuGuestContext.USER_REGS + VcpuGuestContext.RDX;

    /** Set where cr1 names a table: the field is 0 for a vcpu without a user's page table. */
    private static final int CR1_VALID = 1;

    private static final int MXCSR = VcpuGuestContext.FPU + 24;
    private static final int MXCSR_RESERVED = 0xffff0000;

    private final PfnTable pfns;
    private final DomainMemory memory;
    private final RecordEntry record;
    private final byte[] bytes;
    private final ByteBuffer context;

    VcpuRestore(PfnTable pfns, DomainMemory memory, VcpuBlobs.Blob basic) {
        this.pfns = pfns;
        this.memory = memory;
        this.record = basic.record();
        this.bytes = basic.context().clone();
        this.context = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The pfn of start_info, which vcpu 0 holds while it is suspended. */
    long startInfoPfn() {
        return context.getLong(RDX);
    }

    /** A suspended guest goes on with the frame of its start_info in rdx, as it had it when it asked. */
    void localiseStartInfo() {
        context.putLong(RDX, guestMfn(startInfoPfn()));
    }

    void load(Vcpu vcpu) {
        localiseGdt();
        localiseCr3();
        localiseCr1();
        checkRest(vcpu);
        context.putInt(VcpuGuestContext.FLAGS, context.getInt(VcpuGuestContext.FLAGS) | VcpuGuestContext.VGCF_ONLINE);
        int error = VcpuContext.load(vcpu, bytes);
        Damage.require(error == 0, record, "a context and page tables that Xen would take", "errno " + -error);
    }

    private void localiseGdt() {
        long entries = context.getLong(VcpuGuestContext.GDT_ENTRIES);
        Damage.require(
                entries >= 0 && entries <= GDT_ENTRIES_MAX,
                record,
                "a GDT of at most " + GDT_ENTRIES_MAX + " entries",
                Long.toUnsignedString(entries));
        for (int i = 0; i < (entries + 511) / 512; i++) {
            int at = VcpuGuestContext.GDT_FRAMES + 8 * i;
            long pfn = context.getLong(at);
            require("GDT frame " + i, pfn, pfn, PageType.NOTAB);
            context.putLong(at, guestMfn(pfn));
        }
    }

    private void localiseCr3() {
        long cr3 = context.getLong(CR3);
        long pfn = cr3 >>> PageSize.SHIFT;
        require("cr3", cr3, pfn, PageType.L4TAB);
        context.putLong(CR3, guestMfn(pfn) << PageSize.SHIFT);
    }

    private void localiseCr1() {
        long cr1 = context.getLong(CR1);
        if (cr1 == 0) {
            return;
        }
        Damage.require((cr1 & CR1_VALID) != 0, record, "cr1 of 0 or with bit 0 set", Damage.hex(cr1));
        long pfn = cr1 >>> PageSize.SHIFT;
        require("cr1", cr1, pfn, PageType.L4TAB);
        context.putLong(CR1, guestMfn(pfn) << PageSize.SHIFT);
    }

    private void require(String what, long value, long pfn, PageType type) {
        boolean known = pfns.contains(pfn) && pfns.isPopulated(pfn);
        Damage.require(known, record, what + " in a page that was sent", Damage.hex(value));
        PageType got = pfns.type(pfn);
        Damage.require(
                got.level() == type.level() && (type.isTable() || got == type),
                record,
                what + " in a page of type " + type,
                "pfn " + Damage.hex(pfn) + " of type " + got);
    }

    private void checkRest(Vcpu vcpu) {
        boolean fpu = (context.getInt(VcpuGuestContext.FLAGS) & VcpuGuestContext.VGCF_I387_VALID) != 0;
        int mxcsr = context.getInt(MXCSR);
        Damage.require(!fpu || (mxcsr & MXCSR_RESERVED) == 0, record, "mxcsr without reserved bits", Damage.hex(mxcsr));
        long unknown = context.getLong(VcpuGuestContext.VM_ASSIST) & ~VmAssist.VALID;
        if (vcpu.id() == 0 && unknown != 0) {
            throw Damage.incompatible(record, "vm_assist bits " + Damage.hex(unknown), Damage.hex(VmAssist.VALID));
        }
    }

    private long guestMfn(long pfn) {
        return memory.view().guestMfnOf(pfns.mfn(pfn));
    }
}
