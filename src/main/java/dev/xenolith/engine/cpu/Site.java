package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * Where a micro-op will stand: what its constructor needs to know besides its operands.
 *
 * @param next null for what ends a block: it never calls on
 * @param flagsLive somebody may read the flags this instruction sets
 */
record Site(@Nullable Op next, Block block, long rip, long nextRip, int index, boolean flagsLive) {}
