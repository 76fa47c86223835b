package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * A straight run of decoded instructions, good for one virtual and one host address.
 *
 * <p>It ends at a branch, at whatever calls the {@link CpuEnvironment}, at the end of its page, or full. Only an
 * instruction that lies across a page boundary reaches into a second page; it is a block of its own.
 */
final class Block {
    static final int MAX_INSTRUCTIONS = 32;

    /** The address of a dead block: not canonical, so no guest gets there. */
    static final long DEAD = 0x8000_0000_dead_0000L;

    /** Stands for "no block" in the tables, so that they need no null check. Its address matches nothing. */
    static final Block NONE = none();

    /** Address of the first instruction; {@link #DEAD} once the code changed. */
    long va;

    /** Host offset of the first byte. */
    final long host;

    /** Instructions; 0 only while it is being built. */
    int count;

    Op first;

    @Nullable
    Block nextInBucket;

    Block(long va, long host) {
        this.va = va;
        this.host = host;
        first = new BadFetch(new Site(null, this, va, va, 0, false));
    }

    private static Block none() {
        Block none = new Block(DEAD, -1);
        none.count = 1;
        return none;
    }

    void seal(Op firstOp, int instructions) {
        first = firstOp;
        count = instructions;
    }

    long hostPage() {
        return host & Tlb.PAGE_MASK;
    }

    /** Refuses to run: rip is not canonical. */
    private static final class BadFetch extends Op {
        BadFetch(Site site) {
            super(site);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            throw c.raise(this, Vector.GP, 0);
        }
    }
}
