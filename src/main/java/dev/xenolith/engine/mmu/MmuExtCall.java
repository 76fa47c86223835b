package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MmuExtOp;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;

/** {@code mmuext_op}: pins, base tables, flushes, LDT, whole-page work ({@code do_mmuext_op}). */
final class MmuExtCall {

    private final DomainMemory memory;
    private final ForeignDomain foreign;

    MmuExtCall(DomainMemory memory, ForeignDomain foreign) {
        this.memory = memory;
        this.foreign = foreign;
    }

    long call(VcpuMmu vcpu, long ops, int count, long doneVa, int foreignDomain) {
        if (RequestList.isFinished(ops, count)) {
            return foreignDomain;
        }
        if (!RequestList.isReachable(ops, count, MmuExtOp.SIZE)) {
            return -Errno.EFAULT;
        }
        int known = foreign.check(foreignDomain & 0xFFFF);
        if (known < 0) {
            return known;
        }
        if ((foreignDomain & 0xFFFF) == DomidSpecial.IO) {
            // DOMID_IO is no PV domain.
            return -Errno.EINVAL;
        }
        RequestList list = new RequestList(memory, ops, MmuExtOp.SIZE, count, doneVa);
        return list.run(vcpu.access(), op -> one(vcpu, op));
    }

    private int one(VcpuMmu vcpu, long op) {
        int command;
        long arg1;
        long arg2;
        try {
            command = vcpu.access().readInt(op + MmuExtOp.CMD);
            arg1 = vcpu.access().readLong(op + MmuExtOp.ARG1);
            arg2 = vcpu.access().readLong(op + MmuExtOp.ARG2);
        } catch (GuestAccessFault fault) {
            return -Errno.EFAULT;
        }
        return switch (command) {
            case MmuExtOp.PIN_L1_TABLE -> memory.types().pin(arg1, FrameType.L1);
            case MmuExtOp.PIN_L2_TABLE -> memory.types().pin(arg1, FrameType.L2);
            case MmuExtOp.PIN_L3_TABLE -> memory.types().pin(arg1, FrameType.L3);
            case MmuExtOp.PIN_L4_TABLE -> memory.types().pin(arg1, FrameType.L4);
            case MmuExtOp.UNPIN_TABLE -> memory.types().unpin(arg1);
            case MmuExtOp.NEW_BASEPTR -> vcpu.setKernelTable(arg1);
            case MmuExtOp.NEW_USER_BASEPTR -> vcpu.setUserTable(arg1);
            case MmuExtOp.SET_LDT -> vcpu.descriptors().setLdt(arg1, (int) arg2);
            case MmuExtOp.CLEAR_PAGE -> clear(arg1);
            case MmuExtOp.COPY_PAGE -> copy(arg1, arg2);
            // A domain without devices may not flush caches.
            case MmuExtOp.FLUSH_CACHE, MmuExtOp.FLUSH_CACHE_GLOBAL -> -Errno.EACCES;
            case MmuExtOp.MARK_SUPER, MmuExtOp.UNMARK_SUPER -> -Errno.EOPNOTSUPP;
            default -> flush(vcpu, command, arg1, arg2);
        };
    }

    private int flush(VcpuMmu vcpu, int command, long va, long maskVa) {
        switch (command) {
            case MmuExtOp.TLB_FLUSH_LOCAL -> vcpu.tlb().flush();
            case MmuExtOp.INVLPG_LOCAL -> vcpu.tlb().flushPage(va);
            case MmuExtOp.TLB_FLUSH_ALL -> memory.shootdown().flushAll();
            case MmuExtOp.INVLPG_ALL -> memory.shootdown().flushPageOnAll(va);
            case MmuExtOp.TLB_FLUSH_MULTI, MmuExtOp.INVLPG_MULTI -> {
                return flushMasked(vcpu, command, va, maskVa);
            }
            default -> {
                return -Errno.ENOSYS;
            }
        }
        return 0;
    }

    private int flushMasked(VcpuMmu vcpu, int command, long va, long maskVa) {
        long[] mask;
        try {
            mask = VcpuMask.read(vcpu.access(), maskVa, memory.vcpus().size());
        } catch (GuestAccessFault fault) {
            return -Errno.EINVAL;
        }
        if (command == MmuExtOp.TLB_FLUSH_MULTI) {
            VcpuMask.flush(memory.vcpus(), mask);
        } else {
            VcpuMask.flushPage(memory.vcpus(), mask, va);
        }
        return 0;
    }

    private int clear(long guestMfn) {
        int mfn = memory.view().frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS || memory.types().getPageAndTypeOf(mfn, FrameType.WRITABLE) < 0) {
            return -Errno.EINVAL;
        }
        memory.machine().gate().zero(mfn);
        memory.types().putPageAndType(mfn);
        return 0;
    }

    private int copy(long toGuestMfn, long fromGuestMfn) {
        int from = memory.view().frameOf(fromGuestMfn);
        int to = memory.view().frameOf(toGuestMfn);
        if (from == FrameView.NOT_OURS
                || to == FrameView.NOT_OURS
                || memory.types().getPageAndTypeOf(to, FrameType.WRITABLE) < 0) {
            return -Errno.EINVAL;
        }
        memory.machine().gate().copyFrame(to, from);
        memory.types().putPageAndType(to);
        return 0;
    }
}
