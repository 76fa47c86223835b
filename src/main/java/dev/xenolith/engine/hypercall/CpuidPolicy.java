package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.domain.CpuidLeaf;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.TscScale;

/**
 * The one answer to CPUID, however it is asked: x86-64 as it began (SSE2), with SSE3, CMPXCHG16B, NX, FXSR and SYSCALL.
 * Nothing later is offered, which keeps guests to the instructions our CPU has and images small in what they demand.
 *
 * <p>The identity is that of the AMD-like CPU on which the reference images were made.
 */
public final class CpuidPolicy {

    public static final int MAX_BASIC = 0xd;
    public static final int MAX_EXTENDED = 0x80000021;
    private static final int XEN_BASE = 0x40000000;
    private static final int XEN_LEAVES = 5;

    private static final int SIGNATURE = 0x00060fb1;
    private static final int SSE3 = 1;
    private static final int CMPXCHG16B = 1 << 13;
    private static final int HYPERVISOR = 1 << 31;

    /** FPU DE TSC MSR PAE MCE CX8 APIC MCA CMOV PAT CLFLUSH MMX FXSR SSE SSE2. */
    private static final int FEATURES_EDX = 0x0789c3f5;

    /** The same as far as AMD repeats them, and SYSCALL, NX, LM. */
    private static final int EXTENDED_EDX = 0x2191cbf5;

    private static final int LAHF = 1;

    private static final String BRAND = "Xenolith Virtual CPU";

    private static final Leaf VENDOR = new Leaf(MAX_BASIC, 0x68747541, 0x444d4163, 0x69746e65);
    private static final Leaf XEN_SIGNATURE = new Leaf(XEN_BASE + XEN_LEAVES, 0x566e6558, 0x65584d4d, 0x4d4d566e);

    /** eax, ebx, ecx, edx. */
    public record Leaf(int a, int b, int c, int d) {
        static final Leaf NONE = new Leaf(0, 0, 0, 0);
    }

    private CpuidPolicy() {}

    public static Leaf leaf(GuestDomain domain, int leaf, int subleaf) {
        if (leaf >>> 16 == 0x4000) {
            return hypervisorLeaf(domain, leaf - XEN_BASE, subleaf);
        }
        if (!domain.cpuid().isEmpty()) {
            return broughtAlong(domain, leaf, subleaf);
        }
        return leaf < 0 ? extendedLeaf(leaf) : basicLeaf(leaf);
    }

    private static Leaf broughtAlong(GuestDomain domain, int leaf, int subleaf) {
        for (CpuidLeaf known : domain.cpuid()) {
            if (known.answers(leaf, subleaf)) {
                return new Leaf(known.a(), known.b(), known.c(), known.d());
            }
        }
        return Leaf.NONE;
    }

    private static Leaf basicLeaf(int leaf) {
        return switch (leaf) {
            case 0 -> VENDOR;
            case 1 -> new Leaf(SIGNATURE, 0x0800, SSE3 | CMPXCHG16B | HYPERVISOR, FEATURES_EDX);
            default -> Leaf.NONE;
        };
    }

    private static Leaf extendedLeaf(int leaf) {
        return switch (leaf) {
            case 0x80000000 -> new Leaf(MAX_EXTENDED, VENDOR.b(), VENDOR.c(), VENDOR.d());
            case 0x80000001 -> new Leaf(SIGNATURE, 0, LAHF, EXTENDED_EDX);
            case 0x80000002, 0x80000003, 0x80000004 -> brand((leaf & 0xf) - 2);
            // Caches and TLBs, which guests report and size things by.
            case 0x80000005 -> new Leaf(0x01ff01ff, 0x01ff01ff, 0x40020140, 0x40020140);
            case 0x80000006 -> new Leaf(0, 0x42004200, 0x02008140, 0x00808140);
            // 40 physical and 48 virtual address bits.
            case 0x80000008 -> new Leaf(0x00003028, 0, 0, 0);
            // LFENCE always serialises.
            case 0x80000021 -> new Leaf(4, 0, 0, 0);
            default -> Leaf.NONE;
        };
    }

    private static Leaf brand(int part) {
        int[] words = new int[4];
        for (int i = 0; i < 16; i++) {
            int at = part * 16 + i;
            int letter = at < BRAND.length() ? BRAND.charAt(at) : 0;
            words[i >> 2] |= letter << ((i & 3) << 3);
        }
        return new Leaf(words[0], words[1], words[2], words[3]);
    }

    private static Leaf hypervisorLeaf(GuestDomain domain, int index, int subleaf) {
        return switch (index) {
            case 0 -> XEN_SIGNATURE;
            case 1 -> new Leaf((VersionCalls.MAJOR << 16) | VersionCalls.MINOR, 0, 0, 0);
            // One hypercall page; the MSR that fills it; PRESERVE_AD.
            case 2 -> new Leaf(1, XEN_BASE, 1, 0);
            case 3 -> timeLeaf(domain.clock(), subleaf);
            case 5 -> new Leaf(0, subleaf == 0 ? machineAddressBits(domain) : 0, 0, 0);
            default -> Leaf.NONE;
        };
    }

    private static Leaf timeLeaf(DomainClock clock, int subleaf) {
        TscScale scale = TscScale.ofKhz(clock.tscKhz());
        return switch (subleaf) {
            // The TSC is emulated, in the default mode.
            case 0 -> new Leaf(1, 0, (int) clock.tscKhz(), (int) clock.incarnation());
            case 1 -> new Leaf(0, 0, scale.mul(), scale.shift());
            case 2 -> new Leaf((int) clock.tscKhz(), 0, 0, 0);
            default -> Leaf.NONE;
        };
    }

    private static int machineAddressBits(GuestDomain domain) {
        return 64 - Long.numberOfLeadingZeros(domain.memory().view().limit()) + 12;
    }
}
