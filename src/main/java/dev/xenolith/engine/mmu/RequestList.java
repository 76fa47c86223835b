package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.MmuUpdate;

/**
 * The list of requests of {@code mmu_update} or {@code mmuext_op}: done one by one until one is refused; how many were done
 * is reported in both cases.
 *
 * <p>A list that takes too long stops between two requests. The rest is a list of its own then, with a flag in its count
 * that says: add to the number already reported.
 */
final class RequestList {

    interface Request {
        /** 0, or −errno. */
        int run(long va);
    }

    private final DomainMemory memory;
    private final long va;
    private final int size;
    private final long count;
    private final boolean continues;
    private final long doneVa;

    RequestList(DomainMemory memory, long va, int size, int count, long doneVa) {
        this.memory = memory;
        this.va = va;
        this.size = size;
        this.count = countOf(count);
        this.doneVa = doneVa;
        continues = (count & MmuUpdate.PREEMPTED) != 0;
    }

    /** Xen's way of handing a result over to a continuation; the guest can issue it, too, and gets what it asked for. */
    static boolean isFinished(long va, int count) {
        return count == MmuUpdate.PREEMPTED && va == 0;
    }

    static boolean isReachable(long va, int count, int size) {
        return GuestAccess.isGuestArray(va, countOf(count), size);
    }

    long run(GuestAccess access, Request request) {
        WorkLimit work = memory.work();
        long done = 0;
        long result = 0;
        while (result == 0 && done < count) {
            if (done > 0 && work.isReached()) {
                result = PvMmu.PREEMPTED;
                break;
            }
            result = request.run(va + done * size);
            if (result == 0) {
                done++;
                work.spend(1);
            }
        }
        report(access, (int) done);
        return result == PvMmu.PREEMPTED
                ? memory.continueWith(va + done * size, (count - done) | (MmuUpdate.PREEMPTED & 0xFFFF_FFFFL))
                : result;
    }

    void reportNone(GuestAccess access) {
        report(access, 0);
    }

    /** That the report itself fails is reported nowhere, as in Xen. */
    private void report(GuestAccess access, int done) {
        if (doneVa == 0) {
            return;
        }
        try {
            access.writeInt(doneVa, done + (continues ? access.readInt(doneVa) : 0));
        } catch (GuestAccessFault ignored) {
            return;
        }
    }

    private static long countOf(int count) {
        return count & ~MmuUpdate.PREEMPTED;
    }
}
