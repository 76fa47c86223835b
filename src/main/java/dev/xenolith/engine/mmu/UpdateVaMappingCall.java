package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.UpdateVaMapping;

/** {@code update_va_mapping}: one entry by the address it maps, and the flush that goes with it. */
final class UpdateVaMappingCall {

    private final DomainMemory memory;
    private final ForeignDomain foreign;

    UpdateVaMappingCall(DomainMemory memory, ForeignDomain foreign) {
        this.memory = memory;
        this.foreign = foreign;
    }

    long call(VcpuMmu vcpu, long va, long value, long flags) {
        int result = vcpu.updateMapping(va, value);
        return result < 0 ? result : flush(vcpu, va, flags);
    }

    long call(VcpuMmu vcpu, long va, long value, long flags, int foreignDomain) {
        int known = foreign.check(foreignDomain & 0xFFFF);
        if (known < 0) {
            return known;
        }
        if ((foreignDomain & 0xFFFF) == DomidSpecial.IO) {
            // xsm_update_va_mapping knows no exception for DOMID_IO, unlike that of mmu_update.
            return -Errno.EPERM;
        }
        return call(vcpu, va, value, flags);
    }

    private long flush(VcpuMmu vcpu, long va, long flags) {
        int kind = (int) flags & UpdateVaMapping.FLUSHTYPE_MASK;
        if (kind != UpdateVaMapping.TLB_FLUSH && kind != UpdateVaMapping.INVLPG) {
            return 0;
        }
        boolean all = kind == UpdateVaMapping.TLB_FLUSH;
        long who = flags & ~(long) UpdateVaMapping.FLUSHTYPE_MASK;
        if (who == 0) {
            if (all) {
                vcpu.tlb().flush();
            } else {
                vcpu.tlb().flushPage(va);
            }
        } else if (who == UpdateVaMapping.ALL) {
            if (all) {
                memory.shootdown().flushAll();
            } else {
                memory.shootdown().flushPageOnAll(va);
            }
        } else {
            return flushMasked(vcpu, va, who, all);
        }
        return 0;
    }

    /** The entry has changed already, so a bad mask is reported but undoes nothing, as in Xen. */
    private long flushMasked(VcpuMmu vcpu, long va, long maskVa, boolean all) {
        long[] mask;
        try {
            mask = VcpuMask.read(vcpu.access(), maskVa, memory.vcpus().size());
        } catch (GuestAccessFault fault) {
            return -Errno.EFAULT;
        }
        if (all) {
            VcpuMask.flush(memory.vcpus(), mask);
        } else {
            VcpuMask.flushPage(memory.vcpus(), mask, va);
        }
        return 0;
    }
}
