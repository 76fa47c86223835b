package dev.xenolith.engine.domain;

/**
 * What CPUID answers to one leaf in a domain that brought its answers along.
 *
 * @param subleaf {@link #ANY_SUBLEAF} where the answer depends on none
 */
public record CpuidLeaf(int leaf, int subleaf, int a, int b, int c, int d) {

    /** {@code XEN_CPUID_NO_SUBLEAF}. */
    public static final int ANY_SUBLEAF = -1;

    public boolean answers(int wantedLeaf, int wantedSubleaf) {
        return leaf == wantedLeaf && (subleaf == ANY_SUBLEAF || subleaf == wantedSubleaf);
    }
}
