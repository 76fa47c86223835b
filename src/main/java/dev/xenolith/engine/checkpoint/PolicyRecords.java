package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.CpuidPolicy.Leaf;
import dev.xenolith.engine.stream.MsrPolicy;
import dev.xenolith.engine.stream.MsrPolicy.Msr;
import dev.xenolith.engine.stream.TscInfo;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What an image demands of the CPU under it: the CPUID and MSRs that the guest has seen, and how its TSC runs. Xen
 * refuses an image whose policy exceeds its host; ours asks for no more than any x86-64 has.
 */
final class PolicyRecords {

    /** {@code XEN_CPUID_NO_SUBLEAF}. */
    private static final int NO_SUBLEAF = -1;

    private static final int EXTENDED_BASE = 0x80000000;

    /** Where Xen's own leaves may stand. They are made by whoever runs the guest, so a policy has zeroes there. */
    private static final int[] HYPERVISOR_LEAVES = {0x40000000, 0x40000100};

    private static final int XSTATE_LEAF = 0xd;
    private static final int XSTATE_SUBLEAVES = 2;

    private static final int PLATFORM_INFO = 0xce;
    private static final int ARCH_CAPABILITIES = 0x10a;

    /** {@code XEN_CPUID_TSC_MODE_DEFAULT}: native where rates agree, else emulated. */
    private static final int TSC_MODE_DEFAULT = 0;

    /** As after the toolstack has made a domain; it counts up at each restore. */
    private static final long FIRST_INCARNATION = 1;

    private static final BigInteger NANOS_PER_MILLI = BigInteger.valueOf(1_000_000);

    private PolicyRecords() {}

    /** A guest that came with answers of its own keeps them. */
    static CpuidPolicy cpuid(GuestDomain guest) {
        if (!guest.cpuid().isEmpty()) {
            return new CpuidPolicy(guest.cpuid().stream()
                    .map(leaf -> new Leaf(leaf.leaf(), leaf.subleaf(), leaf.a(), leaf.b(), leaf.c(), leaf.d()))
                    .toList());
        }
        List<Leaf> leaves = new ArrayList<>();
        for (int leaf = 0; leaf <= dev.xenolith.engine.hypercall.CpuidPolicy.MAX_BASIC; leaf++) {
            if (leaf == XSTATE_LEAF) {
                for (int subleaf = 0; subleaf < XSTATE_SUBLEAVES; subleaf++) {
                    leaves.add(leaf(guest, leaf, subleaf));
                }
            } else {
                leaves.add(leaf(guest, leaf, hasSubleaves(leaf) ? 0 : NO_SUBLEAF));
            }
        }
        for (int leaf : HYPERVISOR_LEAVES) {
            leaves.add(new Leaf(leaf, NO_SUBLEAF, 0, 0, 0, 0));
        }
        for (int leaf = EXTENDED_BASE; leaf <= dev.xenolith.engine.hypercall.CpuidPolicy.MAX_EXTENDED; leaf++) {
            leaves.add(leaf(guest, leaf, NO_SUBLEAF));
        }
        return new CpuidPolicy(leaves);
    }

    /** Caches, features, topology: those that Xen asks for by subleaf. */
    private static boolean hasSubleaves(int leaf) {
        return leaf == 4 || leaf == 7 || leaf == 0xb;
    }

    private static Leaf leaf(GuestDomain guest, int leaf, int subleaf) {
        var answer = dev.xenolith.engine.hypercall.CpuidPolicy.leaf(guest, leaf, Math.max(subleaf, 0));
        return new Leaf(leaf, subleaf, answer.a(), answer.b(), answer.c(), answer.d());
    }

    static MsrPolicy msrs() {
        return new MsrPolicy(List.of(new Msr(PLATFORM_INFO, 0, 0), new Msr(ARCH_CAPABILITIES, 0, 0)));
    }

    /** The TSC as it stands, told as the nanoseconds it would have taken to get there. */
    static TscInfo tsc(DomainClock clock) {
        long nanos = BigInteger.valueOf(clock.tscAt(clock.systemTime()))
                .multiply(NANOS_PER_MILLI)
                .divide(BigInteger.valueOf(clock.tscKhz()))
                .longValue();
        return new TscInfo(TSC_MODE_DEFAULT, clock.tscKhz(), nanos, FIRST_INCARNATION);
    }
}
