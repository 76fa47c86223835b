package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * A micro-op: one instruction, or two that were fused. It does its work and calls the next; what comes back through the
 * chain is the block to go on with, or null when the vcpu's rip says where.
 */
abstract class Op {
    /** What ends a block has none and never asks: it has itself here. */
    final Op next;

    final Block block;

    /** Where this instruction starts: rip while it faults. */
    final long rip;

    /** How many instructions of the block come before this one. */
    final int index;

    @SuppressWarnings("ThisEscapedInObjectConstruction")
    Op(Site site) {
        Op following = site.next();
        next = following == null ? this : following;
        block = site.block();
        rip = site.rip();
        index = site.index();
    }

    abstract @Nullable Block x(Cpu c);

    /** Non-canonical addresses raise #SS, not #GP. */
    boolean usesStack() {
        return false;
    }
}
