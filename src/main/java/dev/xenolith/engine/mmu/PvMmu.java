package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;

/**
 * The memory hypercalls of one domain, by the calling vcpu. Each returns 0, a count or −errno; a bad pointer may also
 * show as {@link GuestAccessFault}, which means −EFAULT.
 */
public final class PvMmu {

    /**
     * Returned by a call that stopped half-way: it is to be issued again as {@link #continuation} says, after the vcpu had
     * the chance to be interrupted. A dispatcher asks {@link #isPreempted} instead, because an iret's result is whatever
     * the guest has in rax. Only when {@link #setPreemptible} was called.
     */
    public static final long PREEMPTED = Long.MIN_VALUE;

    private final DomainMemory memory;
    private final MmuUpdateCall mmuUpdate;
    private final MmuExtCall mmuExt;
    private final UpdateVaMappingCall vaMapping;
    private final MemoryCall memoryCall;

    public PvMmu(DomainMemory memory) {
        this.memory = memory;
        ForeignDomain foreign = new ForeignDomain(memory);
        mmuUpdate = new MmuUpdateCall(memory, foreign);
        mmuExt = new MmuExtCall(memory, foreign);
        vaMapping = new UpdateVaMappingCall(memory, foreign);
        memoryCall = new MemoryCall(memory);
    }

    /** Lets calls on long lists stop half-way. */
    public void setPreemptible(boolean on) {
        memory.work().enable(on);
    }

    /** At each entry from the guest: what a multicall does counts as one piece of work. */
    public void beginWork() {
        memory.beginWork();
    }

    /** Whether the call since {@link #beginWork} stopped half-way. */
    public boolean isPreempted() {
        return memory.isPreempted();
    }

    /** Counts one more item of a list, and tells whether enough was done for now. */
    public boolean isWorkDone() {
        memory.work().spend(1);
        return memory.work().isReached();
    }

    /** For other calls on lists: returns {@link #PREEMPTED}. */
    public long continueWith(long argument1, long argument2) {
        return memory.continueWith(argument1, argument2);
    }

    /** What to issue again after {@link #PREEMPTED}. */
    public Continuation continuation() {
        return memory.continuation();
    }

    public long mmuUpdate(VcpuMmu vcpu, long requestsVa, int count, long doneVa, int foreignDomain) {
        return mmuUpdate.call(vcpu, requestsVa, count, doneVa, foreignDomain);
    }

    public long mmuextOp(VcpuMmu vcpu, long opsVa, int count, long doneVa, int foreignDomain) {
        return mmuExt.call(vcpu, opsVa, count, doneVa, foreignDomain);
    }

    public long updateVaMapping(VcpuMmu vcpu, long va, long value, long flags) {
        return vaMapping.call(vcpu, va, value, flags);
    }

    public long updateVaMappingOtherDomain(VcpuMmu vcpu, long va, long value, long flags, int foreignDomain) {
        return vaMapping.call(vcpu, va, value, flags, foreignDomain);
    }

    public long memoryOp(VcpuMmu vcpu, long command, long argumentVa) {
        return memoryCall.call(vcpu, command, argumentVa);
    }

    public long setGdt(VcpuMmu vcpu, long framesVa, int entries) {
        if (entries < 0 || entries > XenGdt.FIRST_RESERVED_ENTRY) {
            return -Errno.EINVAL;
        }
        long[] frames = new long[(entries + 511) >>> 9];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = vcpu.access().readLong(framesVa + i * 8L);
        }
        return vcpu.descriptors().setGdt(frames, entries);
    }

    public long updateDescriptor(VcpuMmu vcpu, long maddr, long descriptor) {
        return vcpu.descriptors().updateDescriptor(maddr, descriptor);
    }

    /** A write to cr3: the frame number in its upper bits. */
    public long writeCr3(VcpuMmu vcpu, long value) {
        return vcpu.setKernelTable(value >>> PageSize.SHIFT);
    }
}
