package dev.xenolith.engine.retire;

import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.HashMap;
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
    private final Map<Long, Reason> granted = new HashMap<>();

    Refusals(GuestDomain domain, Grants grants, P2m p2m) {
        memory = domain.memory();
        this.p2m = p2m;
        for (GrantSnapshot grant : grants.list()) {
            if ((grant.flags() & GrantEntryV1.TYPE_MASK) != 0) {
                granted.put(grant.frame(), Reason.GRANTED);
            }
        }
        grants.mappedFrames().forEach(mfn -> granted.put(memory.view().guestMfnOf(mfn), Reason.MAPPED));
    }

    @Nullable
    Reason of(int mfn) {
        if (memory.machine().table().has(mfn, FrameFlags.SPECIAL)) {
            return Reason.HYPERVISOR_PAGE;
        }
        long name = memory.view().guestMfnOf(mfn);
        Reason grant = granted.get(name);
        if (grant != null) {
            return grant;
        }
        long pfn = memory.m2p().get(name);
        if (pfn == M2p.INVALID) {
            return Reason.NO_PFN;
        }
        return p2m.places(pfn, name).isEmpty() ? Reason.P2M_UNKNOWN : null;
    }
}
