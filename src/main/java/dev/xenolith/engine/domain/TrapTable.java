package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.TrapInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A vcpu's virtual IDT: 256 handlers, an address of 0 meaning none (struct trap_info). */
public final class TrapTable {

    public static final int VECTORS = 256;

    private final long[] address = new long[VECTORS];
    private final int[] selector = new int[VECTORS];
    private final byte[] flags = new byte[VECTORS];

    /** One handler that is set. */
    public record Entry(int vector, int flags, int selector, long address) {}

    public void clear() {
        Arrays.fill(address, 0);
        Arrays.fill(selector, 0);
        Arrays.fill(flags, (byte) 0);
    }

    public void set(int vector, int newFlags, int newSelector, long newAddress) {
        flags[vector] = (byte) newFlags;
        selector[vector] = newSelector;
        address[vector] = newAddress;
    }

    public long address(int vector) {
        return address[vector];
    }

    public int selector(int vector) {
        return selector[vector];
    }

    public int flags(int vector) {
        return flags[vector] & 0xff;
    }

    public boolean masksEvents(int vector) {
        return (flags[vector] & TrapInfo.FLAG_MASK_EVENTS) != 0;
    }

    public int dpl(int vector) {
        return flags[vector] & TrapInfo.FLAG_DPL;
    }

    public List<Entry> state() {
        List<Entry> entries = new ArrayList<>();
        for (int vector = 0; vector < VECTORS; vector++) {
            if (address[vector] != 0 || flags[vector] != 0 || selector[vector] != 0) {
                entries.add(new Entry(vector, flags(vector), selector[vector], address[vector]));
            }
        }
        return entries;
    }

    public void restore(List<Entry> entries) {
        clear();
        for (Entry entry : entries) {
            set(entry.vector(), entry.flags(), entry.selector(), entry.address());
        }
    }
}
