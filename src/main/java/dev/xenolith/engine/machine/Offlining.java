package dev.xenolith.engine.machine;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Reason;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameState;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way out of use ({@code offline_page}, {@code online_page} of {@code xen/common/page_alloc.c}). Only the
 * machine calls it, holding its own monitor.
 */
final class Offlining {

    private final int limit;
    private final FrameTable table;
    private final FrameBitmap free;

    private int pending;
    private int offlined;
    private int broken;

    Offlining(int limit, FrameTable table, FrameBitmap free) {
        this.limit = limit;
        this.table = table;
        this.free = free;
    }

    int pending() {
        return pending;
    }

    int offlined() {
        return offlined;
    }

    /** Broken frames, also such as a domain has still. */
    int broken() {
        return broken;
    }

    boolean isMarked(int mfn) {
        return table.offline(mfn) != 0;
    }

    FrameState state(int mfn) {
        int bits = table.offline(mfn);
        if ((bits & OfflineBits.BROKEN) != 0) {
            return FrameState.BROKEN;
        }
        if ((bits & OfflineBits.OFFLINED) != 0) {
            return FrameState.OFFLINED;
        }
        if ((bits & OfflineBits.OFFLINING) != 0) {
            return FrameState.OFFLINING;
        }
        return table.ownerId(mfn) == 0 ? FrameState.FREE : FrameState.IN_USE;
    }

    FrameOfflining offline(int mfn, boolean isBroken) {
        if (!isRam(mfn)) {
            return answer(mfn, Status.FAILED, Reason.NOT_CONV_RAM);
        }
        int bits = table.offline(mfn);
        boolean owned = table.ownerId(mfn) != 0;
        if ((bits & OfflineBits.BROKEN) != 0 && owned) {
            return new FrameOfflining(mfn, Status.AGAIN, Set.of(), owner(mfn));
        }
        if (!owned && bits == 0) {
            free.remove(mfn);
        }
        int marked = bits | (owned ? OfflineBits.OFFLINING : OfflineBits.OFFLINED);
        set(mfn, isBroken ? marked | OfflineBits.BROKEN : marked);
        if (!owned) {
            return isBroken ? answer(mfn, Status.OFFLINED, Reason.BROKEN) : answer(mfn, Status.OFFLINED);
        }
        Set<Reason> reasons = EnumSet.of(Reason.OWNED);
        if (isBroken) {
            reasons.add(Reason.BROKEN);
        }
        return new FrameOfflining(mfn, Status.PENDING, reasons, owner(mfn));
    }

    FrameOfflining online(int mfn) {
        if (!isRam(mfn)) {
            return answer(mfn, Status.FAILED, Reason.NOT_CONV_RAM);
        }
        int bits = table.offline(mfn);
        if ((bits & OfflineBits.BROKEN) != 0) {
            return answer(mfn, Status.FAILED, Reason.BROKEN);
        }
        if (bits == 0) {
            return answer(mfn, Status.NONE);
        }
        set(mfn, 0);
        if ((bits & OfflineBits.OFFLINED) != 0) {
            free.put(mfn);
        }
        return answer(mfn, Status.ONLINED);
    }

    /** Nobody owns the frame any more. */
    void freed(int mfn) {
        int bits = table.offline(mfn);
        if (bits == 0) {
            free.put(mfn);
        } else {
            set(mfn, (bits & OfflineBits.BROKEN) | OfflineBits.OFFLINED);
        }
    }

    private void set(int mfn, int bits) {
        count(table.offline(mfn), -1);
        table.setOffline(mfn, bits);
        count(bits, 1);
    }

    private void count(int bits, int change) {
        if ((bits & OfflineBits.BROKEN) != 0) {
            broken += change;
        } else if ((bits & OfflineBits.OFFLINED) != 0) {
            offlined += change;
        } else if ((bits & OfflineBits.OFFLINING) != 0) {
            pending += change;
        }
    }

    private boolean isRam(int mfn) {
        return mfn >= Machine.FIRST_FRAME && mfn < limit;
    }

    private @Nullable Integer owner(int mfn) {
        return table.ownerId(mfn) - 1;
    }

    private static FrameOfflining answer(int mfn, Status status, Reason... reasons) {
        return new FrameOfflining(mfn, status, Set.of(reasons), null);
    }
}
