package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MmuUpdate;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;

/** {@code mmu_update}: a list of changes to page-table entries and to the m2p ({@code do_mmu_update}). */
final class MmuUpdateCall {

    private final DomainMemory memory;
    private final ForeignDomain foreign;
    private final FrameTable table;

    MmuUpdateCall(DomainMemory memory, ForeignDomain foreign) {
        this.memory = memory;
        this.foreign = foreign;
        table = memory.machine().table();
    }

    long call(VcpuMmu vcpu, long requests, int count, long doneVa, int foreignDomain) {
        GuestAccess access = vcpu.access();
        if (RequestList.isFinished(requests, count)) {
            return foreignDomain;
        }
        int tableOwner = foreignDomain >>> 16;
        if (!RequestList.isReachable(requests, count, MmuUpdate.SIZE)) {
            return -Errno.EFAULT;
        }
        if (tableOwner != 0 && tableOwner - 1 != memory.guestDomid()) {
            return foreign.checkTarget(tableOwner - 1);
        }
        int owner = foreignDomain & 0xFFFF;
        int known = foreign.check(owner);
        RequestList list = new RequestList(memory, requests, MmuUpdate.SIZE, count, doneVa);
        if (known == -Errno.ESRCH) {
            list.reportNone(access);
            return known;
        }
        return list.run(access, request -> one(access, request, owner, known));
    }

    private int one(GuestAccess access, long request, int owner, int permission) {
        long ptr;
        long value;
        try {
            ptr = access.readLong(request + MmuUpdate.PTR);
            value = access.readLong(request + MmuUpdate.VAL);
        } catch (GuestAccessFault fault) {
            return -Errno.EFAULT;
        }
        int command = (int) ptr & MmuUpdate.COMMAND_MASK;
        if (command > MmuUpdate.PT_UPDATE_NO_TRANSLATE) {
            return -Errno.ENOSYS;
        }
        if (permission < 0) {
            return permission;
        }
        return command == MmuUpdate.MACHPHYS_UPDATE
                ? machphys(ptr >>> PageSize.SHIFT, value, owner)
                : entry(ptr - command, value, command == MmuUpdate.PT_UPDATE_PRESERVE_AD, owner);
    }

    private int machphys(long guestMfn, long pfn, int owner) {
        if (owner == DomidSpecial.IO || memory.view().frameOf(guestMfn) == FrameView.NOT_OURS) {
            return -Errno.EINVAL;
        }
        memory.setM2p(guestMfn, pfn);
        return 0;
    }

    private int entry(long maddr, long value, boolean preserveAd, int owner) {
        int mfn = memory.view().frameOf(maddr >>> PageSize.SHIFT);
        if (mfn == FrameView.NOT_OURS) {
            return -Errno.EINVAL;
        }
        int offset = (int) maddr & PageSize.OFFSET_MASK;
        if (table.typeCount(mfn) == 0 || table.type(mfn) == FrameType.WRITABLE) {
            memory.machine().gate().putLong(mfn, offset, value);
            return 0;
        }
        int type = table.type(mfn);
        if (type == FrameType.SEGDESC) {
            return -Errno.EINVAL;
        }
        if (owner == DomidSpecial.IO && (type != FrameType.L1 || PageTableEntry.isPresent(value))) {
            return type == FrameType.L1 ? memory.types().validator().refuseAsIo(value) : -Errno.EINVAL;
        }
        return memory.updates().update(mfn, offset >>> 3, value, type, preserveAd);
    }
}
