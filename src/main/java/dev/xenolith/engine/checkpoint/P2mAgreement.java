package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;

/**
 * Whether a guest's p2m and the hypervisor's m2p say the same. Entries that name no memory of the domain are holes,
 * whatever mark a guest puts there; Xen reads them so too.
 */
final class P2mAgreement {

    /** No guest gets here by accident; one that means it could have us count to 2^27. */
    private static final int ENOUGH = 1000;

    private final DomainMemory memory;
    private final GuestP2m p2m;
    private final Findings errors;
    private int found;

    P2mAgreement(DomainMemory memory, GuestP2m p2m, Findings errors) {
        this.memory = memory;
        this.p2m = p2m;
        this.errors = errors;
    }

    void check() {
        checkLeaves();
        for (int leaf = 0; leaf < p2m.leafCount() && found < ENOUGH; leaf++) {
            checkEntries(leaf);
        }
        memory.machine().forEachFrame(memory.owner(), this::checkFrame);
    }

    /** A leaf that is not itself in the p2m cannot be found again after a restore. */
    private void checkLeaves() {
        for (int leaf = 0; leaf < p2m.leafCount() && found < ENOUGH; leaf++) {
            boolean repeats = leaf > 0 && p2m.leaf(leaf) == p2m.leaf(leaf - 1);
            if (!repeats && !p2m.names(p2m.leaf(leaf))) {
                disagrees("page %d of the p2m, mfn 0x%x, is not in the p2m".formatted(leaf, p2m.leaf(leaf)));
            }
        }
    }

    private void checkEntries(int leaf) {
        long first = (long) leaf * GuestP2m.ENTRIES;
        long end = Math.min(first + GuestP2m.ENTRIES, p2m.size());
        for (long pfn = first; pfn < end; pfn++) {
            long entry = p2m.entry(pfn);
            if (memory.frameOf(entry) != FrameView.NOT_OURS && memory.m2p().get(entry) != pfn) {
                disagrees("p2m[0x%x] is mfn 0x%x, but m2p[0x%x] is 0x%x"
                        .formatted(pfn, entry, entry, memory.m2p().get(entry)));
            }
        }
    }

    private void checkFrame(int mfn) {
        long guestMfn = memory.view().guestMfnOf(mfn);
        long pfn = memory.m2p().get(guestMfn);
        if (pfn != M2p.INVALID && !p2m.names(guestMfn)) {
            String got = pfn >= 0 && pfn < p2m.size() ? "0x" + Long.toHexString(p2m.entry(pfn)) : "nothing";
            disagrees("m2p[0x%x] is 0x%x, but p2m[0x%x] is %s".formatted(guestMfn, pfn, pfn, got));
        }
    }

    private void disagrees(String message) {
        found++;
        errors.add("p2m-disagrees", message);
    }
}
