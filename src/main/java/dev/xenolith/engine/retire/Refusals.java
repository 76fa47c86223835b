package dev.xenolith.engine.retire;

import dev.xenolith.engine.FrameGrant;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a frame of a suspended domain cannot be exchanged. What a grant offers is read once: a suspended guest grants
 * nothing more, and no granted frame is ever exchanged.
 *
 * <p>xc_exchange_page also refuses the level 3 tables of a 32-bit PAE guest, which must lie below 4 GiB; there are no
 * 32-bit guests here.
 */
final class Refusals {

    private final DomainMemory memory;
    private final P2m p2m;
    private final Map<Long, FrameGrant> granted;

    Refusals(GuestDomain domain, Grants grants, P2m p2m) {
        memory = domain.memory();
        this.p2m = p2m;
        granted = grants.granted();
    }

    @Nullable
    Reason of(int mfn) {
        if (memory.machine().table().has(mfn, FrameFlags.SPECIAL)) {
            return Reason.HYPERVISOR_PAGE;
        }
        long name = memory.view().guestMfnOf(mfn);
        FrameGrant grant = granted.getOrDefault(name, FrameGrant.NONE);
        if (grant != FrameGrant.NONE) {
            return grant == FrameGrant.MAPPED ? Reason.MAPPED : Reason.GRANTED;
        }
        long pfn = memory.m2p().get(name);
        if (pfn == M2p.INVALID) {
            return Reason.NO_PFN;
        }
        return p2m.places(pfn, name).isEmpty() ? Reason.P2M_UNKNOWN : null;
    }
}
