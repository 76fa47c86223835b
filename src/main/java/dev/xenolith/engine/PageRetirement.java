package dev.xenolith.engine;

import org.jspecify.annotations.Nullable;

/**
 * What became, or would become, of one frame that is to leave use.
 *
 * @param mfn the host's number of the frame
 * @param domid the domain that has or had it, null for a free frame
 * @param pfn its guest's name for the page
 * @param newMfn where the contents are now
 * @param reason why it is not offline, null when it is
 */
public record PageRetirement(
        long mfn,
        @Nullable Integer domid,
        @Nullable Long pfn,
        @Nullable Long newMfn,
        State state,
        @Nullable Reason reason,
        Mode mode) {

    public enum State {
        /** Out of use. */
        OFFLINED,
        /** Marked; goes offline the moment its owner lets go. Nothing was changed. */
        PENDING,
        /** Cannot be taken out of use so. Whatever had been begun is undone. */
        FAILED
    }

    /** How the contents get to another frame. */
    public enum Mode {
        /** The guest gets another machine frame: as Xen's toolstack does it, under a suspended guest. */
        EXCHANGE,
        /** The guest keeps its number; only the host memory behind it is another. Not Xen's. */
        BACKING
    }

    public enum Reason {
        /** No frame of this host that could be given to a domain. */
        NOT_RAM,
        /** The frame is broken: what it held is lost. */
        BROKEN,
        /** The frame was not marked offline before. */
        NOT_PENDING,
        /** Another domain has the frame, or none. */
        NOT_OWNED,
        /** The guest holds numbers that only a suspend makes it put away. */
        GUEST_MUST_SUSPEND,
        /** The domain is ending, crashed or shut down: the frame goes with it. */
        DOMAIN_ENDING,
        /** The hypervisor's own, shared with the guest: shared info, grant table. */
        HYPERVISOR_PAGE,
        /** An entry of the guest's grant table offers the frame to another domain. */
        GRANTED,
        /** A backend has the frame mapped. */
        MAPPED,
        /** The m2p has no pfn for the frame. */
        NO_PFN,
        /** The guest's p2m was not found, or does not say that the page is in this frame. */
        P2M_UNKNOWN,
        /** Something refers to the frame that was not found: nothing was changed. */
        STILL_REFERENCED,
        /** The host has no free frame for the contents. */
        NO_MEMORY,
        /** A step failed and all was undone. */
        STEP_FAILED,
        /** An undo failed: the domain must not go on. */
        GUEST_DAMAGED
    }
}
