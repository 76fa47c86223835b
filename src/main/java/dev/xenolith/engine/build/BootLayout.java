package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import dev.xenolith.engine.abi.PageSize;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes where in a new domain's memory, the way libxc lays it out, so that a kernel finds here what it finds under
 * {@code xl}: one run of pages from pfn 0, mapped from VIRT_BASE on.
 *
 * <pre>
 *   VIRT_BASE                                                                      rounded up to 4 MiB
 *   | pad | kernel | ramdisk* | p2m* | start info | xenstore | console | page tables | boot stack | slack |
 *                                                      then, unmapped or at INIT_P2M:  ramdisk* | p2m* and its tables*
 *   * on either side, as the kernel's notes wish
 * </pre>
 */
final class BootLayout {

    private static final long SLACK_BYTES = 512 << 10;
    private static final long ALIGN_MASK = (4L << 20) - 1;
    private static final int P2M_ENTRY_BYTES = 8;

    private final XenNotes notes;
    private final long memoryPages;
    private final List<Mapping> mappings = new ArrayList<>();
    private final PfnRange kernel;
    private PfnRange ramdisk = PfnRange.NONE;
    private PfnRange p2m = PfnRange.NONE;
    private final PfnRange startInfo;
    private final PfnRange xenstore;
    private final PfnRange console;
    private final PfnRange pageTables;
    private final PfnRange bootStack;
    private long used;

    /** @throws BootImageUnusableException where the memory is too small for kernel, ramdisk and tables */
    BootLayout(ElfFile elf, XenNotes notes, long ramdiskBytes, long memoryPages) {
        this.notes = notes;
        this.memoryPages = memoryPages;
        long kernelStart = elf.start() + notes.virtOffset();
        long kernelBytes = elf.end() - elf.start();
        boolean p2mElsewhere = notes.initP2m() != XenNotes.UNSET
                && Long.compareUnsigned(notes.initP2m(), notes.virtBase()) < 0
                && (notes.initP2m() & PageSize.OFFSET_MASK) == 0;

        padTo(kernelStart);
        kernel = take("kernel", pagesFor(kernelBytes));
        if (ramdiskBytes > 0 && !notes.unmappedRamdisk()) {
            ramdisk = take("ramdisk", pagesFor(ramdiskBytes));
        }
        if (!p2mElsewhere) {
            p2m = take("phys2mach", p2mPages());
        }
        startInfo = take("start info", 1);
        xenstore = take("xenstore", 1);
        console = take("console", 1);
        Mapping main = mainMapping();
        mappings.add(main);
        pageTables = take("page tables", main.tablePages());
        bootStack = take("boot stack", 1);
        take("slack", main.pages() - used);
        if (ramdiskBytes > 0 && notes.unmappedRamdisk()) {
            ramdisk = take("ramdisk", pagesFor(ramdiskBytes));
        }
        if (p2mElsewhere) {
            takeP2mAt(notes.initP2m());
        }
    }

    /** Grows the mapping until it holds its own tables, a boot stack and the slack. */
    private Mapping mainMapping() {
        long extra = 1 + pagesFor(SLACK_BYTES);
        long pages = extra;
        while (true) {
            long end = vaOf(used + pages) | ALIGN_MASK;
            long last = (end - notes.virtBase()) >>> PageSize.SHIFT;
            if (end - notes.virtBase() < 0 || last >= memoryPages) {
                throw tooSmall("initial mapping", last + 1);
            }
            Mapping mapping = Mapping.of(notes.virtBase(), end, 0, used, mappings);
            pages = mapping.tablePages() + extra;
            if (vaOf(used + pages) - 1 - notes.virtBase() <= end - notes.virtBase()) {
                return mapping;
            }
        }
    }

    private void takeP2mAt(long base) {
        long pages = p2mPages();
        long end = (base + memoryPages * P2M_ENTRY_BYTES + PageSize.OFFSET_MASK) & ~(long) PageSize.OFFSET_MASK;
        Mapping mapping = Mapping.of(base, end - 1, used, used + pages, mappings);
        mappings.add(mapping);
        PfnRange all = take("phys2mach", pages + mapping.tablePages());
        p2m = new PfnRange(all.pfn(), all.pages(), base);
    }

    private void padTo(long va) {
        if ((va & PageSize.OFFSET_MASK) != 0) {
            throw new BootImageUnusableException(
                    "kernel's first segment", "at a page boundary", "0x" + Long.toHexString(va));
        }
        take("padding", (va - notes.virtBase()) >>> PageSize.SHIFT);
    }

    private PfnRange take(String what, long pages) {
        if (pages > memoryPages - used) {
            throw tooSmall(what, used + pages);
        }
        PfnRange range = new PfnRange(used, pages, vaOf(used));
        used += pages;
        return range;
    }

    private BootImageUnusableException tooSmall(String what, long needed) {
        return new BootImageUnusableException(
                "memory for the " + what, "at least " + needed + " pages", memoryPages + " pages");
    }

    private long vaOf(long pfn) {
        return notes.virtBase() + (pfn << PageSize.SHIFT);
    }

    private long p2mPages() {
        return pagesFor(memoryPages * P2M_ENTRY_BYTES);
    }

    private static long pagesFor(long bytes) {
        return (bytes + PageSize.OFFSET_MASK) >>> PageSize.SHIFT;
    }

    long memoryPages() {
        return memoryPages;
    }

    /** Where a segment's p_paddr lands. */
    long kernelOffset(long paddr) {
        return paddr + notes.virtOffset() - notes.virtBase();
    }

    PfnRange kernel() {
        return kernel;
    }

    PfnRange ramdisk() {
        return ramdisk;
    }

    /** The p2m, with its own page tables behind it where it is mapped at INIT_P2M. */
    PfnRange p2m() {
        return p2m;
    }

    boolean p2mElsewhere() {
        return mappings.size() > 1;
    }

    PfnRange startInfo() {
        return startInfo;
    }

    PfnRange xenstore() {
        return xenstore;
    }

    PfnRange console() {
        return console;
    }

    PfnRange pageTables() {
        return pageTables;
    }

    PfnRange bootStack() {
        return bootStack;
    }

    List<Mapping> mappings() {
        return mappings;
    }

    long topTablePfn() {
        return mappings.getFirst().firstTablePfn();
    }

    /** The pfn of the page a virtual address lies in, −1 where the main mapping does not reach. */
    long pfnOfVa(long va) {
        long pfn = (va - notes.virtBase()) >>> PageSize.SHIFT;
        return pfn < mappings.getFirst().pages() ? pfn : -1;
    }

    boolean isTable(long pfn) {
        return mappings.stream().anyMatch(mapping -> mapping.isTable(pfn));
    }
}
