package dev.xenolith.engine.machine;

import dev.xenolith.engine.abi.PageSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    /** In place of a slot: the page is made when it is first looked at. */
    private static final int SAVED = -1;

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

    /** What the pages held that are not made yet. */
    private @Nullable PfnPages saved;

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

    /**
     * So many entries from {@code guestMfn} on are as they were saved: the pages that hold them are made when they are
     * first looked at. None of them has an entry so far.
     */
    public void defer(PfnPages pages, long guestMfn, long count) {
        saved = pages;
        long end = Math.min(guestMfn + count, limit);
        for (long page = guestMfn >>> ENTRIES_SHIFT; page << ENTRIES_SHIFT < end; page++) {
            int before = chunkFor(page)[(int) (page % CHUNK_PAGES)];
            if (before != SAVED && before != HostRam.ONES_SLOT) {
                throw new IllegalStateException("page " + page + " of an m2p: expected no entry in it yet");
            }
            setSlot(page, SAVED);
        }
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
            if (slot != HostRam.ONES_SLOT && slot != SAVED) {
                ram.release(slot);
            }
        }
    }

    private int slot(long page) {
        int slot = chunks[(int) (page / CHUNK_PAGES)][(int) (page % CHUNK_PAGES)];
        return slot == SAVED ? load(page) : slot;
    }

    private int makePage(long page) {
        int slot = ram.take();
        ram.page(slot).fill((byte) -1);
        setSlot(page, slot);
        return slot;
    }

    private int load(long page) {
        PfnPages pages = Objects.requireNonNull(saved);
        MemorySegment bytes =
                MemorySegment.ofArray(new long[1 << ENTRIES_SHIFT]).fill((byte) -1);
        try {
            pages.read(page, bytes);
        } catch (RuntimeException e) {
            throw new ImagePageCorruptException(
                    Machine.NO_FRAME, "page " + page + " of an image's m2p: " + e.getMessage(), e);
        }
        int slot = makePage(page);
        ram.page(slot).copyFrom(bytes);
        return slot;
    }

    private void setSlot(long page, int slot) {
        chunkFor(page)[(int) (page % CHUNK_PAGES)] = slot;
    }

    private int[] chunkFor(long page) {
        int chunk = (int) (page / CHUNK_PAGES);
        if (!used[chunk]) {
            used[chunk] = true;
            chunks[chunk] = NO_ENTRY.clone();
        }
        return chunks[chunk];
    }

    private long offsetOf(long guestMfn) {
        return pageOffset(guestMfn >>> ENTRIES_SHIFT) + ((guestMfn & ((1 << ENTRIES_SHIFT) - 1)) << 3);
    }
}
