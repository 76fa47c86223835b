package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.machine.FramePage;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * References that the hypervisor itself holds to a domain's frames on behalf of others: a registered vcpu_info, an event
 * array page, a mapped grant. Kept by frame, so that counts can be audited.
 */
public final class HeldFrames {

    private record Uses(int writable, int plain) {
        static final Uses NONE = new Uses(0, 0);

        Uses add(boolean isWritable, int change) {
            return isWritable ? new Uses(writable + change, plain) : new Uses(writable, plain + change);
        }
    }

    private final DomainMemory memory;
    private final Map<Integer, Uses> uses = new HashMap<>();
    private final Map<Integer, FramePage> pages = new HashMap<>();

    HeldFrames(DomainMemory memory) {
        this.memory = memory;
    }

    /** Holds a frame that Xen will write: it cannot become a page table. Returns its mfn, or −errno. */
    public int holdWritable(long guestMfn) {
        int mfn = memory.view().frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS || memory.types().getPageAndTypeOf(mfn, FrameType.WRITABLE) < 0) {
            return -Errno.EINVAL;
        }
        note(mfn, true, 1);
        return mfn;
    }

    /** Holds a frame that is only read. Returns its mfn, or −errno. */
    public int hold(long guestMfn) {
        int mfn = memory.view().frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS || !memory.types().getPage(mfn)) {
            return -Errno.EINVAL;
        }
        note(mfn, false, 1);
        return mfn;
    }

    public void releaseWritable(int mfn) {
        note(mfn, true, -1);
        memory.types().putPageAndType(mfn);
    }

    public void release(int mfn) {
        note(mfn, false, -1);
        memory.types().putPage(mfn);
    }

    /** The frame as a page; it follows the frame's contents when those are moved to another frame. */
    public FramePage page(int mfn) {
        return pages.computeIfAbsent(mfn, any -> new FramePage(memory.machine(), mfn));
    }

    /** The holders of a frame hold another now: who has moved it has moved the counts, too. */
    void moved(int from, int to) {
        Uses of = uses.remove(from);
        if (of != null) {
            uses.put(to, of);
        }
        FramePage page = pages.remove(from);
        if (page != null) {
            page.moveTo(to);
            pages.put(to, page);
        }
    }

    /** The frame is the domain's no more. */
    void lost(int mfn) {
        pages.remove(mfn);
    }

    int writableUses(int mfn) {
        return uses.getOrDefault(mfn, Uses.NONE).writable();
    }

    int allUses(int mfn) {
        Uses of = uses.getOrDefault(mfn, Uses.NONE);
        return of.writable() + of.plain();
    }

    /** Every held frame with the number of all its uses. */
    void forEach(BiConsumer<Integer, Integer> action) {
        uses.forEach((mfn, of) -> action.accept(mfn, of.writable() + of.plain()));
    }

    private void note(int mfn, boolean isWritable, int change) {
        Uses after = uses.getOrDefault(mfn, Uses.NONE).add(isWritable, change);
        if (after.writable() < 0 || after.plain() < 0) {
            throw new IllegalStateException("releasing mfn 0x" + Integer.toHexString(mfn) + ": expected it to be held");
        }
        if (after.equals(Uses.NONE)) {
            uses.remove(mfn);
        } else {
            uses.put(mfn, after);
        }
    }
}
