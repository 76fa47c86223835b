package dev.xenolith.engine.cpu;

import java.util.Arrays;

/**
 * The translations a vcpu remembers in one guest mode.
 *
 * <pre>
 *   read, write, exec   1024 entries of {tag, addend}; tag = virtual page, host offset = va + addend
 *   blocks              decoded blocks by a hash of rip
 * </pre>
 *
 * An access compares {@code (va + size - 1) & ~4095} with the tag, so one that crosses a page misses as well. No page
 * has the tag {@link #EMPTY}.
 */
final class Tlb {
    static final int ENTRIES = 1024;
    static final int BLOCKS = 4096;
    static final long PAGE_MASK = -4096L;
    private static final long EMPTY = 1;

    final long[] read = empty();
    final long[] write = empty();
    final long[] exec = empty();
    final Block[] blocks = new Block[BLOCKS];
    private boolean used;

    /** Some blocks may be of pages that {@code exec} no longer names. */
    private boolean execEvicted;

    Tlb() {
        Arrays.fill(blocks, Block.NONE);
    }

    private static long[] empty() {
        long[] table = new long[2 * ENTRIES];
        Arrays.fill(table, EMPTY);
        return table;
    }

    /** Index of the tag; the addend follows. */
    static int slot(long va) {
        return (int) (va >>> 11) & 2 * (ENTRIES - 1);
    }

    static int blockSlot(long rip) {
        return (int) (rip ^ rip >>> 12) & BLOCKS - 1;
    }

    void install(long[] table, long va, long hostPage) {
        long page = va & PAGE_MASK;
        int slot = slot(va);
        table[slot] = page;
        table[slot + 1] = hostPage - page;
        used = true;
    }

    void installExec(long va, long hostPage) {
        execEvicted |= exec[slot(va)] != EMPTY;
        install(exec, va, hostPage);
    }

    void remember(long rip, Block block) {
        blocks[blockSlot(rip)] = block;
        used = true;
    }

    void flush() {
        if (used) {
            Arrays.fill(read, EMPTY);
            Arrays.fill(write, EMPTY);
            Arrays.fill(exec, EMPTY);
            forgetBlocks();
            used = false;
        }
    }

    void flushPage(long va) {
        long page = va & PAGE_MASK;
        forget(read, page);
        forget(write, page);
        if (forget(exec, page) || execEvicted) {
            forgetBlocks();
        }
    }

    /** Blocks stay where their page does; the entries of {@code exec} may stay as well. */
    void forgetBlocks() {
        Arrays.fill(blocks, Block.NONE);
        execEvicted = false;
    }

    private static boolean forget(long[] table, long page) {
        int slot = slot(page);
        boolean present = table[slot] == page;
        if (present) {
            table[slot] = EMPTY;
        }
        return present;
    }

    void dropFrame(long hostPage) {
        if (used) {
            dropHost(read, hostPage);
            dropHost(write, hostPage);
            if (dropHost(exec, hostPage) || execEvicted) {
                forgetBlocks();
            }
        }
    }

    void dropFrameWrites(long hostPage) {
        if (used) {
            dropHost(write, hostPage);
        }
    }

    private static boolean dropHost(long[] table, long hostPage) {
        boolean found = false;
        for (int slot = 0; slot < table.length; slot += 2) {
            if (table[slot] + table[slot + 1] == hostPage && table[slot] != EMPTY) {
                table[slot] = EMPTY;
                found = true;
            }
        }
        return found;
    }
}
