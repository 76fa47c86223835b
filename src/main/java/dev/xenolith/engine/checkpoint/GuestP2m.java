package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.Arrays;

/**
 * The table of all its memory that a PV guest keeps and publishes for whoever saves it: pfn → mfn, eight bytes an entry,
 * in pages ("leaves") that are memory of the guest like any other. There are two ways to publish it in {@code
 * shared_info.arch}, and a guest may use both ({@code xen/include/public/arch-x86/xen.h}):
 *
 * <pre>
 *   list    p2m_cr3, p2m_vaddr:            the leaves lie one behind the other at p2m_vaddr in the tables of p2m_cr3
 *   tree    pfn_to_mfn_frame_list_list:    page of mfns ─► pages of mfns ─► leaves
 * </pre>
 *
 * <p>Linux publishes room for memory that may be plugged in later: half a terabyte whose leaves are all one page of
 * "nothing here". As Xen's toolstack does, a tail of tables that are all the same one is cut off ({@code map_p2m_list},
 * {@code map_p2m_tree} in {@code tools/libs/guest/xg_sr_save_x86_pv.c}): real memory is in one place only.
 */
final class GuestP2m {

    /** Entries of a leaf, and of every table on the way to it. */
    static final int ENTRIES = 512;

    /** What the tree can hold at most: 512 GiB. Longer lists are nonsense. */
    private static final long MAX_PFNS = 1L << 27;

    /** {@code pfn_to_mfn_frame_list_list} of a guest that has no tree. */
    private static final long NO_TREE = -1L;

    private final DomainMemory memory;
    private final long[] leaves;
    private final long size;

    private GuestP2m(DomainMemory memory, long[] leaves, long size) {
        this.memory = memory;
        this.leaves = leaves;
        this.size = size;
    }

    /** The p2m as Xen reads it: the list if there is one, else the tree. */
    static GuestP2m read(DomainMemory memory, GuestPage sharedInfo) throws P2mUnreadableException {
        return hasList(sharedInfo) ? list(memory, sharedInfo) : tree(memory, sharedInfo);
    }

    static boolean hasList(GuestPage sharedInfo) {
        return sharedInfo.getLong(SharedInfo.ARCH_P2M_CR3) != 0;
    }

    static boolean hasTree(GuestPage sharedInfo) {
        long root = sharedInfo.getLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST);
        return root != 0 && root != NO_TREE;
    }

    static GuestP2m list(DomainMemory memory, GuestPage sharedInfo) throws P2mUnreadableException {
        long pfns = publishedSize(sharedInfo);
        long start = sharedInfo.getLong(SharedInfo.ARCH_P2M_VADDR);
        long end = start + leavesFor(pfns) * PageSize.BYTES;
        if (start << 16 >> 16 != start || (end - 1) << 16 >> 16 != end - 1 || (start & PageSize.OFFSET_MASK) != 0) {
            throw new P2mUnreadableException("p2m_vaddr: expected canonical pages, got 0x" + Long.toHexString(start));
        }
        P2mWalk walk = new P2mWalk(memory, sharedInfo.getLong(SharedInfo.ARCH_P2M_CR3) >>> 12, start);
        int used = walk.leavesBeforeTail((int) leavesFor(pfns));
        long[] leaves = new long[used];
        for (int leaf = 0; leaf < used; leaf++) {
            leaves[leaf] = walk.leaf(leaf);
        }
        return new GuestP2m(memory, leaves, Math.min(pfns, (long) used * ENTRIES));
    }

    static GuestP2m tree(DomainMemory memory, GuestPage sharedInfo) throws P2mUnreadableException {
        long pfns = publishedSize(sharedInfo);
        long root = sharedInfo.getLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST);
        if (!hasTree(sharedInfo)) {
            throw new P2mUnreadableException("p2m: expected p2m_cr3 or pfn_to_mfn_frame_list_list, got neither");
        }
        long[] lists = mfnsOf(memory, root, (int) ((leavesFor(pfns) + ENTRIES - 1) / ENTRIES), "frame list list");
        int used = lists.length;
        while (used > 1 && lists[used - 2] == lists[lists.length - 1]) {
            used--;
        }
        int count = (int) Math.min(leavesFor(pfns), (long) used * ENTRIES);
        long[] leaves = new long[count];
        for (int list = 0; list < used; list++) {
            int length = Math.min(ENTRIES, count - list * ENTRIES);
            System.arraycopy(mfnsOf(memory, lists[list], length, "frame list"), 0, leaves, list * ENTRIES, length);
        }
        return new GuestP2m(memory, leaves, Math.min(pfns, (long) count * ENTRIES));
    }

    private static long publishedSize(GuestPage sharedInfo) throws P2mUnreadableException {
        long pfns = sharedInfo.getLong(SharedInfo.ARCH_MAX_PFN);
        if (pfns <= 0 || pfns > MAX_PFNS) {
            throw new P2mUnreadableException(
                    "shared_info max_pfn: expected 1 to %d, got %s".formatted(MAX_PFNS, Long.toUnsignedString(pfns)));
        }
        return pfns;
    }

    private static long leavesFor(long pfns) {
        return (pfns + ENTRIES - 1) / ENTRIES;
    }

    private static long[] mfnsOf(DomainMemory memory, long guestMfn, int count, String what)
            throws P2mUnreadableException {
        int mfn = memory.frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS) {
            throw new P2mUnreadableException(
                    "p2m " + what + ": expected a frame of the domain, got mfn 0x" + Long.toHexString(guestMfn));
        }
        long[] mfns = new long[count];
        for (int i = 0; i < count; i++) {
            mfns[i] = memory.readLong(mfn, i * Long.BYTES);
            if (memory.frameOf(mfns[i]) == FrameView.NOT_OURS) {
                throw new P2mUnreadableException(
                        "p2m %s, entry %d: expected a frame of the domain, got mfn 0x%x".formatted(what, i, mfns[i]));
            }
        }
        return mfns;
    }

    /** Pfns it has entries for; Xen's {@code max_pfn} is one less. */
    long size() {
        return size;
    }

    int leafCount() {
        return leaves.length;
    }

    /** The frame, by the guest's number, that holds entries {@code 512 * leaf} and the following. */
    long leaf(int leaf) {
        return leaves[leaf];
    }

    /** The entry as it is there: a guest mfn, all ones, or a mark of the guest's own that names no memory. */
    long entry(long pfn) {
        int leaf = memory.frameOf(leaves[(int) (pfn / ENTRIES)]);
        return memory.readLong(leaf, (int) (pfn % ENTRIES) * Long.BYTES);
    }

    /** Whether the p2m and the m2p agree on this frame; what they do not agree on cannot be saved. */
    boolean names(long guestMfn) {
        long pfn = memory.m2p().get(guestMfn);
        return pfn >= 0 && pfn < size && entry(pfn) == guestMfn;
    }

    boolean samePages(GuestP2m other) {
        int shared = Math.min(leaves.length, other.leaves.length);
        return Arrays.equals(leaves, 0, shared, other.leaves, 0, shared);
    }
}
