package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MemoryOp;
import dev.xenolith.engine.abi.MemoryOp.Exchange;
import dev.xenolith.engine.abi.MemoryOp.Reservation;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;

/**
 * {@code XENMEM_exchange}: gives frames to which nothing refers for others of another extent size. Chunk by chunk, a chunk
 * being the larger extent; a failed chunk is undone and the number of input extents done is reported.
 *
 * <p>The new frames are taken before the old are freed, in a chunk, so a host without a single free frame refuses with
 * −ENOMEM, as Xen does.
 */
final class MemoryExchange {

    private final DomainMemory memory;
    private final ForeignDomain foreign;
    private final FrameTable table;

    MemoryExchange(DomainMemory memory, ForeignDomain foreign) {
        this.memory = memory;
        this.foreign = foreign;
        table = memory.machine().table();
    }

    private record Side(long list, long extents, int order, int domid) {
        static Side read(GuestAccess access, long va) {
            return new Side(
                    access.readLong(va + Reservation.EXTENT_START),
                    access.readLong(va + Reservation.NR_EXTENTS),
                    access.readInt(va + Reservation.EXTENT_ORDER),
                    access.readShort(va + Reservation.DOMID) & 0xFFFF);
        }

        boolean isOrderAllowed() {
            return Integer.compareUnsigned(order, Machine.MAX_ORDER) <= 0;
        }
    }

    long call(GuestAccess access, long argument) {
        Side in = Side.read(access, argument + Exchange.IN);
        Side out = Side.read(access, argument + Exchange.OUT);
        long exchanged = access.readLong(argument + Exchange.NR_EXCHANGED);
        int result = check(in, out, exchanged);
        if (result < 0) {
            access.writeLong(argument + Exchange.NR_EXCHANGED, exchanged);
            return result;
        }
        if (exchanged == in.extents) {
            return 0;
        }
        int inChunkOrder = Math.max(0, out.order - in.order);
        long chunk = exchanged >>> inChunkOrder;
        long chunks = in.extents >>> inChunkOrder;
        WorkLimit work = memory.work();
        while (chunk < chunks && result == 0) {
            if (work.isReached()) {
                access.writeLong(argument + Exchange.NR_EXCHANGED, chunk << inChunkOrder);
                return memory.continueWith(MemoryOp.EXCHANGE, argument);
            }
            result = exchangeChunk(access, in, out, chunk);
            if (result == 0) {
                chunk++;
                work.spend(1 << Math.max(in.order, out.order));
            }
        }
        access.writeLong(argument + Exchange.NR_EXCHANGED, result == 0 ? in.extents : chunk << inChunkOrder);
        return result;
    }

    private int check(Side in, Side out, long exchanged) {
        if (!in.isOrderAllowed() || !out.isOrderAllowed()) {
            return -Errno.EPERM;
        }
        if (Long.compareUnsigned(exchanged, in.extents) > 0
                || in.domid != out.domid
                || Long.compareUnsigned(-1L >>> in.order, in.extents) < 0
                || Long.compareUnsigned(-1L >>> out.order, out.extents) < 0
                || in.extents << in.order != out.extents << out.order) {
            return -Errno.EINVAL;
        }
        if (exchanged == in.extents) {
            return 0;
        }
        if (!GuestAccess.isGuestArray(in.list, in.extents, 8) || !GuestAccess.isGuestArray(out.list, out.extents, 8)) {
            return -Errno.EFAULT;
        }
        return foreign.checkTarget(in.domid);
    }

    private int exchangeChunk(GuestAccess access, Side in, Side out, long chunk) {
        int chunkOrder = Math.max(in.order, out.order);
        int[] taken = new int[1 << chunkOrder];
        int result = collect(access, in, chunk << (chunkOrder - in.order), taken);
        if (result < 0) {
            return result;
        }
        int[] given = new int[1 << (chunkOrder - out.order)];
        for (int i = 0; i < given.length; i++) {
            given[i] = memory.allocateInExchange(out.order);
            if (given[i] == Machine.NO_FRAME) {
                undo(given, i, out.order);
                return -Errno.ENOMEM;
            }
        }
        for (int mfn : taken) {
            memory.giveBack(mfn);
        }
        return hand(access, out, chunk << (chunkOrder - out.order), given);
    }

    /** The frames to give away; each must be the domain's, referred to by nothing, and named once. */
    private int collect(GuestAccess access, Side in, long extent, int[] taken) {
        int count = 0;
        int result = 0;
        while (count < taken.length && result == 0) {
            long guestMfn;
            try {
                guestMfn = access.readLong(in.list + (extent + (count >>> in.order)) * 8);
            } catch (GuestAccessFault fault) {
                result = -Errno.EFAULT;
                break;
            }
            int mfn = memory.view().frameOf(guestMfn + (count & ((1 << in.order) - 1)));
            if (mfn == FrameView.NOT_OURS || !isLoose(mfn)) {
                result = -Errno.EINVAL;
            } else {
                // The second mention of a frame then finds two references.
                table.setTotal(mfn, 2);
                taken[count++] = mfn;
            }
        }
        for (int i = 0; i < count; i++) {
            table.setTotal(taken[i], 1);
        }
        return result;
    }

    private boolean isLoose(int mfn) {
        int flags = table.flags(mfn) & (FrameFlags.ALLOCATED | FrameFlags.SPECIAL);
        return flags == FrameFlags.ALLOCATED && table.total(mfn) == 1;
    }

    private int hand(GuestAccess access, Side out, long extent, int[] given) {
        int result = 0;
        for (int i = 0; i < given.length; i++) {
            try {
                long pfn = access.readLong(out.list + (extent + i) * 8);
                for (int j = 0; j < 1 << out.order; j++) {
                    memory.setM2p(memory.view().guestMfnOf(given[i] + j), pfn + j);
                }
                access.writeLong(out.list + (extent + i) * 8, memory.view().guestMfnOf(given[i]));
            } catch (GuestAccessFault fault) {
                result = -Errno.EFAULT;
            }
        }
        return result;
    }

    private void undo(int[] given, int count, int order) {
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < 1 << order; j++) {
                memory.giveBack(given[i] + j);
            }
        }
    }
}
