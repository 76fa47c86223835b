package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * NOP of every length, ENDBR64, prefetches, fences, CLFLUSH: nothing to see. One of them may still be all that is between
 * two others, so it stays an instruction that counts.
 */
final class Nothing extends Op {
    Nothing(Site site) {
        super(site);
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        return next.x(c);
    }
}
