package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;

/**
 * Stores to a level 1 table that is mapped read-only, checked and done on the guest's behalf ({@code ptwr_*} in {@code
 * xen/arch/x86/pv/ro-page-fault.c}). A store of fewer than eight bytes is one of the whole entry with the other bytes
 * unchanged. Anything Xen would refuse is the guest's page fault.
 *
 * <p>Xen checks every such entry in full, where {@code mmu_update} has a short cut for entries that differ in harmless
 * bits only. The result is the same, so this takes the short cut, too.
 */
final class WritableTables {

    private final DomainMemory memory;
    private final VcpuMmu vcpu;

    WritableTables(DomainMemory memory, VcpuMmu vcpu) {
        this.memory = memory;
        this.vcpu = vcpu;
    }

    /** False when the store is refused. */
    boolean write(long va, int size, long value) {
        if ((va & (size - 1)) != 0 || size > 8) {
            return false;
        }
        long mapping = vcpu.kernelEntry(va);
        int mfn = mapping == 0 ? FrameView.NOT_OURS : memory.view().frameOf(PageTableEntry.mfn(mapping));
        if (mfn == FrameView.NOT_OURS || memory.machine().table().type(mfn) != FrameType.L1) {
            return false;
        }
        int offset = (int) va & PageSize.OFFSET_MASK;
        int slot = offset >>> 3;
        long entry = size == 8 ? value : merge(memory.readLong(mfn, slot << 3), (offset & 7) << 3, size, value);
        return memory.updates().update(mfn, slot, entry, 1, false) == 0;
    }

    private static long merge(long old, int shift, int size, long value) {
        long mask = ((1L << (size << 3)) - 1) << shift;
        return (old & ~mask) | ((value << shift) & mask);
    }
}
