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
    private static final long ROUNDING = 1L << (21 - 3);

    private final HostRam ram;
    private final long limit;
    private final int[] slots;

    /** @param frames one above the highest guest mfn that may get an entry */
    public M2p(Machine machine, long frames) {
        ram = machine.ram();
        limit = (frames + ROUNDING - 1) & -ROUNDING;
        slots = new int[Math.toIntExact(limit >>> ENTRIES_SHIFT)];
        Arrays.fill(slots, HostRam.ONES_SLOT);
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
        int page = (int) (guestMfn >>> ENTRIES_SHIFT);
        if (slots[page] == HostRam.ONES_SLOT) {
            if (pfn == INVALID) {
                return;
            }
            slots[page] = ram.take();
            ram.page(slots[page]).fill((byte) -1);
        }
        ram.segment().set(ValueLayout.JAVA_LONG, offsetOf(guestMfn), pfn);
    }

    /** Where in host memory a page of the table is, by its index in the table. */
    public long pageOffset(long page) {
        return (long) slots[(int) page] << PageSize.SHIFT;
    }

    /** Whether the page moves when it gets its first entry, so that no TLB may hold it yet. */
    public boolean isShared(long page) {
        return slots[(int) page] == HostRam.ONES_SLOT;
    }

    @Override
    public void close() {
        for (int page = 0; page < slots.length; page++) {
            if (slots[page] != HostRam.ONES_SLOT) {
                ram.release(slots[page]);
                slots[page] = HostRam.ONES_SLOT;
            }
        }
    }

    private long offsetOf(long guestMfn) {
        return ((long) slots[(int) (guestMfn >>> ENTRIES_SHIFT)] << PageSize.SHIFT)
                + ((guestMfn & (1 << ENTRIES_SHIFT) - 1) << 3);
    }
}
