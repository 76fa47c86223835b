package dev.xenolith.engine.grant;

import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.machine.FramePage;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages in which a guest writes its entries. They are Xen's, shared with the guest; each is held besides, so that
 * the guest cannot make it vanish by giving it back.
 */
final class GrantTable {

    private final DomainMemory memory;
    private final int maxFrames;
    private final List<FramePage> frames = new ArrayList<>();

    GrantTable(DomainMemory memory, int maxFrames) {
        this.memory = memory;
        this.maxFrames = maxFrames;
    }

    int maxFrames() {
        return maxFrames;
    }

    int frames() {
        return frames.size();
    }

    /** The frame's number as the guest knows it. */
    long guestMfn(int index) {
        return memory.view().guestMfnOf(frames.get(index).mfn());
    }

    boolean has(int ref) {
        return Integer.compareUnsigned(ref, entries()) < 0;
    }

    int entries() {
        return frames.size() * GrantEntryV1.PER_PAGE;
    }

    int flags(int ref) {
        return memory.readShort(frame(ref), offset(ref) + GrantEntryV1.FLAGS) & 0xffff;
    }

    void setFlags(int ref, int flags) {
        memory.writeShort(frame(ref), offset(ref) + GrantEntryV1.FLAGS, (short) flags);
    }

    int domid(int ref) {
        return memory.readShort(frame(ref), offset(ref) + GrantEntryV1.DOMID) & 0xffff;
    }

    /** The granted frame, as the guest names it. */
    long granted(int ref) {
        return Integer.toUnsignedLong(memory.readInt(frame(ref), offset(ref) + GrantEntryV1.FRAME));
    }

    long entry(int ref) {
        return memory.readLong(frame(ref), offset(ref));
    }

    void setEntry(int ref, long entry) {
        memory.writeLong(frame(ref), offset(ref), entry);
    }

    void setEntry(int ref, int flags, int domid, long guestMfn) {
        memory.writeInt(frame(ref), offset(ref) + GrantEntryV1.FRAME, Math.toIntExact(guestMfn));
        memory.writeShort(frame(ref), offset(ref) + GrantEntryV1.DOMID, (short) domid);
        setFlags(ref, flags);
    }

    /** Makes the table at least so large; false when the host has no frames for it, and nothing has changed. */
    boolean growTo(int count) {
        int before = frames.size();
        while (frames.size() < count) {
            int mfn = memory.allocateSpecial();
            if (mfn == Machine.NO_FRAME) {
                shrinkTo(before);
                return false;
            }
            hold(memory.view().guestMfnOf(mfn));
        }
        return true;
    }

    /** Takes a frame that the guest already knows as the next of its table; false when it is none of its. */
    boolean hold(long guestMfn) {
        int mfn = memory.held().holdWritable(guestMfn);
        if (mfn < 0) {
            return false;
        }
        frames.add(memory.held().page(mfn));
        return true;
    }

    private void shrinkTo(int count) {
        while (frames.size() > count) {
            int mfn = frames.removeLast().mfn();
            memory.held().releaseWritable(mfn);
            memory.giveBack(mfn);
        }
    }

    private int frame(int ref) {
        return frames.get(ref / GrantEntryV1.PER_PAGE).mfn();
    }

    private static int offset(int ref) {
        return ref % GrantEntryV1.PER_PAGE * GrantEntryV1.BYTES;
    }
}
