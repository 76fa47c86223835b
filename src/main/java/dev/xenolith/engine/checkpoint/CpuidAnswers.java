package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.domain.CpuidLeaf;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.hypercall.CpuidPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * What CPUID answers to a guest, Xen's own leaves aside, leaf by leaf as Xen's policy records list them. An image keeps
 * all of it: the guest has chosen code by these answers, so they stay even where a later CPU of ours has more to offer.
 */
final class CpuidAnswers {

    private static final int EXTENDED_BASE = 0x80000000;

    /** Where Xen's own leaves may stand. They are made by whoever runs the guest, so a policy has zeroes there. */
    private static final int[] HYPERVISOR_LEAVES = {0x40000000, 0x40000100};

    private static final int XSTATE_LEAF = 0xd;
    private static final int XSTATE_SUBLEAVES = 2;

    private CpuidAnswers() {}

    /** A guest that came with answers of its own keeps them. */
    static List<CpuidLeaf> of(GuestDomain guest) {
        if (!guest.cpuid().isEmpty()) {
            return guest.cpuid();
        }
        List<CpuidLeaf> leaves = new ArrayList<>();
        for (int leaf = 0; leaf <= CpuidPolicy.MAX_BASIC; leaf++) {
            if (leaf == XSTATE_LEAF) {
                for (int subleaf = 0; subleaf < XSTATE_SUBLEAVES; subleaf++) {
                    leaves.add(leaf(guest, leaf, subleaf));
                }
            } else {
                leaves.add(leaf(guest, leaf, hasSubleaves(leaf) ? 0 : CpuidLeaf.ANY_SUBLEAF));
            }
        }
        for (int leaf : HYPERVISOR_LEAVES) {
            leaves.add(new CpuidLeaf(leaf, CpuidLeaf.ANY_SUBLEAF, 0, 0, 0, 0));
        }
        for (int leaf = EXTENDED_BASE; leaf <= CpuidPolicy.MAX_EXTENDED; leaf++) {
            leaves.add(leaf(guest, leaf, CpuidLeaf.ANY_SUBLEAF));
        }
        return List.copyOf(leaves);
    }

    /** Caches, features, topology: those that Xen asks for by subleaf. */
    private static boolean hasSubleaves(int leaf) {
        return leaf == 4 || leaf == 7 || leaf == 0xb;
    }

    private static CpuidLeaf leaf(GuestDomain guest, int leaf, int subleaf) {
        CpuidPolicy.Leaf answer = CpuidPolicy.leaf(guest, leaf, Math.max(subleaf, 0));
        return new CpuidLeaf(leaf, subleaf, answer.a(), answer.b(), answer.c(), answer.d());
    }
}
