package dev.xenolith.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** An address space that is a map from virtual page to host page and permissions, and keeps the rules about code. */
final class PagedSpace implements AddressSpace {
    static final int READABLE = 1;
    static final int WRITABLE = 2;
    static final int EXECUTABLE = 4;
    static final int ALL = READABLE | WRITABLE | EXECUTABLE;

    /** Stores go to {@link #trappedWrite}. */
    static final int TRAPPED = 8;

    private record Page(long host, int permissions) {}

    private final MemorySegment ram;
    private final Map<Long, Page> pages = new HashMap<>();
    private final Set<Long> code = new HashSet<>();
    private final CodeCache cache;
    Cpu cpu;
    int translations;
    String lastTrapped = "";

    @SuppressWarnings("NullAway.Init")
    PagedSpace(MemorySegment ram, CodeCache cache) {
        this.ram = ram;
        this.cache = cache;
    }

    void map(long va, long host, int permissions) {
        pages.put(va & -4096L, new Page(host & -4096L, permissions));
        if (cpu != null) {
            cpu.flushTlbPage(va);
        }
    }

    void unmap(long va) {
        pages.remove(va & -4096L);
        cpu.flushTlbPage(va);
    }

    @Override
    public MemorySegment ram() {
        return ram;
    }

    @Override
    public long translate(Cpu by, long va, int access) {
        translations++;
        Page page = pages.get(va & -4096L);
        int errorCode = (access == WRITE ? 2 : 0) | (access == EXEC ? 0x10 : 0) | (by.kernelMode() ? 0 : 4);
        if (page == null) {
            throw by.pageFault(va, errorCode);
        }
        if (access == WRITE && (page.permissions & TRAPPED) != 0) {
            return page.host | NO_CACHE | TRAPPED_WRITE;
        }
        if ((page.permissions & 1 << access) == 0) {
            throw by.pageFault(va, errorCode | 1);
        }
        if (access == WRITE && code.remove(page.host)) {
            cache.invalidate(page.host);
        }
        return page.host;
    }

    @Override
    public void trappedWrite(Cpu by, long va, int size, long value) {
        lastTrapped = "%x/%d=%x".formatted(va, size, value & CpuRegisters.mask(size));
    }

    @Override
    public void markCode(long hostPage) {
        code.add(hostPage);
        cpu.dropFrameWrites(hostPage);
    }
}
