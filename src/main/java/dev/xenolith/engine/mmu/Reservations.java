package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.MemoryOp;
import dev.xenolith.engine.abi.MemoryOp.Reservation;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;

/**
 * Ballooning: {@code increase_reservation}, {@code decrease_reservation} and {@code populate_physmap}. They never return
 * an error, only how many extents were done: 0 also for a bad argument ({@code do_memory_op}).
 */
final class Reservations {

    private static final long MAX_EXTENTS = 0xFFFF_FFFFL >>> MemoryOp.EXTENT_SHIFT;

    private final DomainMemory memory;
    private final ForeignDomain foreign;

    Reservations(DomainMemory memory, ForeignDomain foreign) {
        this.memory = memory;
        this.foreign = foreign;
    }

    long call(GuestAccess access, int operation, long startExtent, long argument) {
        long list;
        long extents;
        int order;
        int flags;
        int domid;
        try {
            list = access.readLong(argument + Reservation.EXTENT_START);
            extents = access.readLong(argument + Reservation.NR_EXTENTS);
            order = access.readInt(argument + Reservation.EXTENT_ORDER);
            flags = access.readInt(argument + Reservation.MEM_FLAGS);
            domid = access.readShort(argument + Reservation.DOMID) & 0xFFFF;
        } catch (GuestAccessFault fault) {
            return startExtent;
        }
        if (Long.compareUnsigned(extents, MAX_EXTENTS) > 0
                || startExtent >= extents
                || foreign.checkTarget(domid) < 0
                || !isAddressWidthMet(flags)
                || Integer.compareUnsigned(order, Machine.MAX_ORDER) > 0) {
            return startExtent;
        }
        boolean listNeeded = operation != MemoryOp.INCREASE_RESERVATION || list != 0;
        if (listNeeded && !GuestAccess.isGuestArray(list + startExtent * 8, extents - startExtent, 8)) {
            return startExtent;
        }
        if (operation == MemoryOp.POPULATE_PHYSMAP && (flags & MemoryOp.MEMF_POPULATE_ON_DEMAND) != 0) {
            return startExtent;
        }
        WorkLimit work = memory.work();
        long extent = startExtent;
        while (extent < extents && one(access, operation, list == 0 ? 0 : list + extent * 8, order)) {
            extent++;
            work.spend(1 << order);
            if (extent < extents && work.isReached()) {
                return memory.continueWith(extent << MemoryOp.EXTENT_SHIFT | operation, argument);
            }
        }
        return extent;
    }

    /** Frames below a wished-for address are only to be had when all frames are. */
    private boolean isAddressWidthMet(int flags) {
        int bits = flags & MemoryOp.MEMF_ADDRESS_BITS_MASK;
        return bits == 0 || bits >= 64 || memory.machine().limit() <= 1L << Math.max(0, bits - PageSize.SHIFT);
    }

    private boolean one(GuestAccess access, int operation, long extentVa, int order) {
        try {
            return switch (operation) {
                case MemoryOp.INCREASE_RESERVATION -> increase(access, extentVa, order);
                case MemoryOp.DECREASE_RESERVATION -> decrease(access.readLong(extentVa), order);
                default -> populate(access, extentVa, order);
            };
        } catch (GuestAccessFault fault) {
            return false;
        }
    }

    private boolean increase(GuestAccess access, long extentVa, int order) {
        int first = memory.allocate(order);
        if (first == Machine.NO_FRAME) {
            return false;
        }
        if (extentVa != 0) {
            access.writeLong(extentVa, memory.view().guestMfnOf(first));
        }
        return true;
    }

    private boolean populate(GuestAccess access, long extentVa, int order) {
        long pfn = access.readLong(extentVa);
        int first = memory.allocate(order);
        if (first == Machine.NO_FRAME) {
            return false;
        }
        for (int i = 0; i < 1 << order; i++) {
            memory.setM2p(memory.view().guestMfnOf(first + i), pfn + i);
        }
        access.writeLong(extentVa, memory.view().guestMfnOf(first));
        return true;
    }

    private boolean decrease(long guestMfn, int order) {
        for (int i = 0; i < 1 << order; i++) {
            int mfn = memory.view().frameOf(guestMfn + i);
            if (mfn == FrameView.NOT_OURS) {
                return false;
            }
            memory.giveBack(mfn);
        }
        return true;
    }
}
