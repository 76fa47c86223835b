package dev.xenolith.engine.retire;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A guest's own table of its frames, found as a toolstack finds it, by what the guest says in its shared info
 * ({@code struct arch_shared_info}).
 *
 * <pre>
 *   frame-list tree:  frame_list_list ─► 512 lists ─► 512 p2m pages each ─► 512 entries each
 *   linear list:      p2m_vaddr in the address space of p2m_cr3 ─► entries in a row
 * </pre>
 *
 * <p>A guest may keep both, over the same pages or over different ones. What it says is not believed: each step must be a
 * frame of its own, and an entry is only ever written in a frame that is no page table or descriptor table.
 *
 * <p>{@code GuestP2m} of the checkpoints reads the same structures for another purpose, and neither serves both: a save wants
 * the whole table at once, its tail cut off, and must refuse it for one wrong word anywhere, naming the word. Here one
 * pfn is looked up at a time, anew each time since the pages of the table move too, in both ways that the guest publishes;
 * what is wrong elsewhere is nobody's concern, and what is wrong on the way only keeps that page where it is.
 */
public final class P2m {

    private static final int PER_PAGE_SHIFT = PageSize.SHIFT - 3;
    private static final int SLOT_MASK = (1 << PER_PAGE_SHIFT) - 1;

    /** Where the word for a pfn lies. */
    public record Place(int mfn, int offset) {}

    private final DomainMemory memory;
    private final FrameTable table;
    private final GuestPage sharedInfo;

    public P2m(GuestDomain domain) {
        memory = domain.memory();
        table = memory.machine().table();
        sharedInfo = domain.sharedInfo();
    }

    /** Every place that says which frame holds the page, of those that say {@code guestMfn}; empty when none does. */
    public List<Place> places(long pfn, long guestMfn) {
        List<Place> places = new ArrayList<>();
        for (LongSupplier way : List.<LongSupplier>of(() -> inTree(pfn), () -> inLinear(pfn))) {
            long at = way.getAsLong();
            if (at < 0) {
                continue;
            }
            Place place = new Place((int) (at >>> PageSize.SHIFT), (int) at & PageSize.OFFSET_MASK);
            boolean says = memory.readLong(place.mfn(), place.offset()) == guestMfn;
            if (says && !places.contains(place)) {
                places.add(place);
            }
        }
        return places;
    }

    /** Frames of the tree down to the lists, each once. */
    public int[] lists() {
        int top = data(sharedInfo.getLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST));
        if (top == FrameView.NOT_OURS) {
            return new int[0];
        }
        List<Integer> lists = new ArrayList<>(List.of(top));
        for (int slot = 0; slot <= SLOT_MASK; slot++) {
            int list = data(memory.readLong(top, slot << 3));
            if (list != FrameView.NOT_OURS && !lists.contains(list)) {
                lists.add(list);
            }
        }
        return lists.stream().mapToInt(mfn -> mfn).toArray();
    }

    private long inTree(long pfn) {
        if (pfn >= sharedInfo.getLong(SharedInfo.ARCH_MAX_PFN) || pfn >>> (3 * PER_PAGE_SHIFT) != 0) {
            return -1;
        }
        int at = data(sharedInfo.getLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST));
        for (int shift = 2 * PER_PAGE_SHIFT; shift > 0 && at != FrameView.NOT_OURS; shift -= PER_PAGE_SHIFT) {
            at = data(memory.readLong(at, ((int) (pfn >>> shift) & SLOT_MASK) << 3));
        }
        return at == FrameView.NOT_OURS ? -1 : ((long) at << PageSize.SHIFT) + ((pfn & SLOT_MASK) << 3);
    }

    private long inLinear(long pfn) {
        long start = sharedInfo.getLong(SharedInfo.ARCH_P2M_VADDR);
        if (start == 0 || pfn >= sharedInfo.getLong(SharedInfo.ARCH_MAX_PFN)) {
            return -1;
        }
        long va = start + (pfn << 3);
        long at = sharedInfo.getLong(SharedInfo.ARCH_P2M_CR3) >>> PageSize.SHIFT;
        for (int level = PageTableEntry.LEVELS; level > 0; level--) {
            int mfn = memory.frameOf(at);
            int slot = PageTableEntry.index(va, level);
            boolean hidden = level == PageTableEntry.LEVELS && PageTableEntry.isXenSlot(slot);
            if (mfn == FrameView.NOT_OURS || table.type(mfn) != level || hidden) {
                return -1;
            }
            long entry = memory.readLong(mfn, slot << 3);
            if (!PageTableEntry.isPresent(entry)) {
                return -1;
            }
            at = PageTableEntry.mfn(entry);
        }
        int page = data(at);
        return page == FrameView.NOT_OURS ? -1 : ((long) page << PageSize.SHIFT) + (va & PageSize.OFFSET_MASK);
    }

    /** A frame of the guest that holds its data, by the guest's number. */
    private int data(long guestMfn) {
        int mfn = memory.frameOf(guestMfn);
        boolean free = mfn != FrameView.NOT_OURS
                && (table.type(mfn) == FrameType.NONE || table.type(mfn) == FrameType.WRITABLE);
        return free ? mfn : FrameView.NOT_OURS;
    }
}
