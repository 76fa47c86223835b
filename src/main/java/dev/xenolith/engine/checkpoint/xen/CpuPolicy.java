package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.domain.CpuidLeaf;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.MsrPolicy;
import dev.xenolith.engine.stream.RecordEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the image's guest was told of its CPU, against what ours has. An image that promises more is refused, with the
 * features named, since its guest may have chosen code by them.
 *
 * <p>But a guest that was offered XSAVE and never enabled it has not looked. No kernel that asks CPUID what it
 * may use leaves that out; a small one that asks nothing uses nothing. Such an image goes on, and what we lack is hidden
 * from then on.
 */
final class CpuPolicy {

    private static final int XSAVE = 1 << 26;

    /** Which states XSAVE saves, and where: none. */
    private static final int XSTATE_LEAF = 0xd;

    private final XenImage image;

    CpuPolicy(XenImage image) {
        this.image = image;
    }

    /** @throws ImageIncompatibleException naming every feature that we lack */
    void check() {
        List<ImageIncompatibleException> refusals = refusals();
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }
    }

    /** What each of the two policies is refused for. */
    List<ImageIncompatibleException> refusals() {
        return Stream.of(cpuidRefusal(), msrRefusal()).flatMap(Optional::stream).toList();
    }

    private Optional<ImageIncompatibleException> cpuidRefusal() {
        List<String> missing = missing();
        RecordEntry record = image.cpuidRecord();
        if (record == null || missing.isEmpty() || hasNotLooked()) {
            return Optional.empty();
        }
        return Optional.of(
                Damage.incompatible(record, String.join(", ", missing), "an x86-64-v1 CPU with SSE3 and CMPXCHG16B"));
    }

    /** MSRs of a policy tell of features; we have none of them. */
    private Optional<ImageIncompatibleException> msrRefusal() {
        MsrPolicy msrs = image.msrs();
        RecordEntry record = image.msrsRecord();
        if (msrs == null || record == null) {
            return Optional.empty();
        }
        return msrs.msrs().stream()
                .filter(msr -> msr.value() != 0)
                .findFirst()
                .map(msr -> Damage.incompatible(
                        record,
                        "MSR " + Damage.hex(msr.index() & 0xffffffffL) + " = " + Damage.hex(msr.value()),
                        "0 in it"));
    }

    /** What CPUID is to answer from now on: the image's own words, without what we lack. Empty if it brings no policy. */
    List<CpuidLeaf> answers() {
        CpuidPolicy policy = image.cpuid();
        return policy == null
                ? List.of()
                : policy.leaves().stream().map(CpuPolicy::masked).toList();
    }

    private static CpuidLeaf masked(CpuidPolicy.Leaf leaf) {
        int a = leaf.eax();
        int b = leaf.ebx();
        int c = leaf.ecx();
        int d = leaf.edx();
        for (CpuFeatures word : CpuFeatures.values()) {
            if (word.isOf(leaf.leaf(), leaf.subleaf())) {
                switch (word.register()) {
                    case EAX -> a &= word.ours();
                    case EBX -> b &= word.ours();
                    case ECX -> c &= word.ours();
                    case EDX -> d &= word.ours();
                }
            }
        }
        if (leaf.leaf() == XSTATE_LEAF) {
            return new CpuidLeaf(XSTATE_LEAF, leaf.subleaf(), 0, 0, 0, 0);
        }
        return new CpuidLeaf(leaf.leaf(), leaf.subleaf(), a, b, c, d);
    }

    /** Features of the image's policy that our CPU does not have. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (CpuFeatures word : CpuFeatures.values()) {
            missing.addAll(word.describe(promised(word) & ~word.ours()));
        }
        return missing;
    }

    private boolean hasNotLooked() {
        return (promised(CpuFeatures.BASIC_ECX) & XSAVE) != 0
                && image.vcpus().values().stream().allMatch(CpuPolicy::neverEnabledXsave);
    }

    private static boolean neverEnabledXsave(VcpuBlobs vcpu) {
        VcpuBlobs.Blob xsave = vcpu.xsave();
        return xsave == null || VcpuExtras.enabledStates(xsave) == 0;
    }

    private int promised(CpuFeatures word) {
        CpuidPolicy policy = image.cpuid();
        if (policy == null) {
            return 0;
        }
        int bits = 0;
        for (CpuidPolicy.Leaf leaf : policy.leaves()) {
            if (word.isOf(leaf.leaf(), leaf.subleaf())) {
                bits |= switch (word.register()) {
                    case EAX -> leaf.eax();
                    case EBX -> leaf.ebx();
                    case ECX -> leaf.ecx();
                    case EDX -> leaf.edx();
                };
            }
        }
        return bits;
    }
}
