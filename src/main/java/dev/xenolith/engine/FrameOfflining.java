package dev.xenolith.engine;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of marking one frame offline or online, in Xen's words ({@code XEN_SYSCTL_page_offline_op} of {@code
 * public/sysctl.h}).
 *
 * <p>Xen's further reasons DOM0PAGE, XENPAGE and ANONYMOUS cannot be met: nothing of this hypervisor lives in frames, and
 * a frame in use has an owner.
 *
 * @param reasons why the frame is not offline now; BROKEN also beside OFFLINED
 * @param domid the owner that must let go, with {@link Reason#OWNED}
 */
public record FrameOfflining(
        long mfn,
        Status status,
        Set<Reason> reasons,
        @Nullable Integer domid) {

    /** One of them. Marking online says OFFLINED where Xen's PG_ONLINE_ONLINED has the same bit: here it is ONLINED. */
    public enum Status {
        /** Nothing was to be done: online already. */
        NONE(0),
        /** Not looked at, since a frame before it was refused. */
        INVALID(1),
        OFFLINED(1 << 1),
        ONLINED(1 << 1),
        /** In use: goes offline the moment its owner lets go. */
        PENDING(1 << 2),
        FAILED(1 << 3),
        /** Broken in a guest's hands: that guest was stopped. Ask again when it is gone. */
        AGAIN(1 << 4);

        private final int bit;

        Status(int bit) {
            this.bit = bit;
        }
    }

    public enum Reason {
        /** No RAM that could be given to a domain. */
        NOT_CONV_RAM(1 << 11),
        OWNED(1 << 12),
        BROKEN(1 << 13);

        private final int bit;

        Reason(int bit) {
            this.bit = bit;
        }
    }

    public FrameOfflining {
        reasons = reasons.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(reasons));
    }

    /** The word that Xen would have answered. */
    public int word() {
        int word = status.bit;
        for (Reason reason : reasons) {
            word |= reason.bit;
        }
        return domid == null ? word : word | domid << 16;
    }
}
