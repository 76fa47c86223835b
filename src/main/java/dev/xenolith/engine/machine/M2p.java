package dev.xenolith.engine.machine;

import dev.xenolith.engine.abi.PageSize;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A domain's machine-to-physical table: guest mfn → pfn, eight bytes an entry, all ones where there is none. Its pages
 * are exactly what the guest reads at 0xffff800000000000, so they live in host memory; pages without an entry are all
 * one page of ones.
 *
 * <p>Real Xen has one table for the machine and so shows every domain's pfns to all; here a domain sees its own.
 */
public final class M2p implements AutoCloseable {

    public static final long INVALID = -1L;

    private static final int ENTRIES_SHIFT = PageSize.SHIFT - 3;

    /** Xen maps its table with 2 MiB pages, so its end is rounded up to what one of them holds. */
    private static final int CHUNK_SHIFT = 21 - 3;

    private static final int CHUNK_PAGES = 1 << (CHUNK_SHIFT - ENTRIES_SHIFT);

    private static final int[] NO_ENTRY = new int[CHUNK_PAGES];

    static {
        Arrays.fill(NO_ENTRY, HostRam.ONES_SLOT);
    }

    private final HostRam ram;
    private final long limit;

    /** Slots of the table's pages, in chunks of 2 MiB of table: a domain uses a few of them only. */
    private final int[][] chunks;

    /** Which chunks are not the common one without entries. */
    private final boolean[] used;

    /** @param frames one above the highest guest mfn that may get an entry */
    public M2p(Machine machine, long frames) {
        ram = machine.ram();
        chunks = new int[Math.toIntExact((frames + (1L << CHUNK_SHIFT) - 1) >>> CHUNK_SHIFT)][];
        Arrays.fill(chunks, NO_ENTRY);
        used = new boolean[chunks.length];
        limit = (long) chunks.length << CHUNK_SHIFT;
    }

    /** Entries that can be read; one past them faults. */
    public long limit() {
        return limit;
    }

    public long get(long guestMfn) {
        return guestMfn >= 0 && guestMfn < limit
                ? ram.segment().get(ValueLayout.JAVA_LONG, offsetOf(guestMfn))
                : INVALID;
    }

    public void set(long guestMfn, long pfn) {
        if (guestMfn < 0 || guestMfn >= limit) {
            return;
        }
        if (isShared(guestMfn >>> ENTRIES_SHIFT)) {
            if (pfn == INVALID) {
                return;
            }
            makePage(guestMfn >>> ENTRIES_SHIFT);
        }
        ram.segment().set(ValueLayout.JAVA_LONG, offsetOf(guestMfn), pfn);
    }

    /** Where in host memory a page of the table is, by its index in the table. */
    public long pageOffset(long page) {
        return (long) slot(page) << PageSize.SHIFT;
    }

    /** Whether the page moves when it gets its first entry, so that no TLB may hold it yet. */
    public boolean isShared(long page) {
        return slot(page) == HostRam.ONES_SLOT;
    }

    @Override
    public void close() {
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            if (used[chunk]) {
                releaseAll(chunks[chunk]);
                chunks[chunk] = NO_ENTRY;
                used[chunk] = false;
            }
        }
    }

    private void releaseAll(int[] chunk) {
        for (int slot : chunk) {
            if (slot != HostRam.ONES_SLOT) {
                ram.release(slot);
            }
        }
    }

    private int slot(long page) {
        return chunks[(int) (page / CHUNK_PAGES)][(int) (page % CHUNK_PAGES)];
    }

    private void makePage(long page) {
        int chunk = (int) (page / CHUNK_PAGES);
        if (!used[chunk]) {
            used[chunk] = true;
            chunks[chunk] = NO_ENTRY.clone();
        }
        int slot = ram.take();
        ram.page(slot).fill((byte) -1);
        chunks[chunk][(int) (page % CHUNK_PAGES)] = slot;
    }

    private long offsetOf(long guestMfn) {
        return pageOffset(guestMfn >>> ENTRIES_SHIFT) + ((guestMfn & ((1 << ENTRIES_SHIFT) - 1)) << 3);
    }
}
