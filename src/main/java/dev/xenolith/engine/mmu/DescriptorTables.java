package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The GDT and LDT of one vcpu: which frames they are, and what a selector means. Frames of the GDT are validated when it
 * is set; those of the LDT when one of their descriptors is first used, as Xen maps them in its own page fault.
 */
public final class DescriptorTables {

    private static final int MAX_LDT_ENTRIES = 8192;
    private static final int LDT_FRAMES = MAX_LDT_ENTRIES * 8 / PageSize.BYTES;
    private static final int LDT_SELECTOR = 4;
    private static final int NO_FRAME = 0;

    private final DomainMemory memory;
    private final VcpuMmu vcpu;
    private final Machine machine;
    private final int[] gdtFrames = new int[XenGdt.GUEST_FRAMES];
    private final int[] ldtFrames = new int[LDT_FRAMES];
    private int gdtEntries;
    private long ldtBase;
    private int ldtEntries;

    DescriptorTables(DomainMemory memory, VcpuMmu vcpu) {
        this.memory = memory;
        this.vcpu = vcpu;
        machine = memory.machine();
    }

    // --- GDT

    public int gdtEntries() {
        return gdtEntries;
    }

    /** The guest's numbers of the frames that make up its GDT. */
    public long[] gdtGuestFrames() {
        long[] frames = new long[framesFor(gdtEntries)];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = memory.view().guestMfnOf(gdtFrames[i]);
        }
        return frames;
    }

    /** Makes these frames the GDT; the old one stays when any is refused. */
    public int setGdt(long[] guestFrames, int entries) {
        if (entries < 0 || entries > XenGdt.FIRST_RESERVED_ENTRY) {
            return -Errno.EINVAL;
        }
        int count = framesFor(entries);
        for (int i = 0; i < count; i++) {
            if (memory.types().getPageAndType(guestFrames[i], FrameType.SEGDESC) < 0) {
                while (i-- > 0) {
                    memory.types().putPageAndType(memory.view().frameOf(guestFrames[i]));
                }
                return -Errno.EINVAL;
            }
        }
        dropGdt();
        gdtEntries = entries;
        for (int i = 0; i < count; i++) {
            gdtFrames[i] = memory.view().frameOf(guestFrames[i]);
        }
        return 0;
    }

    void dropGdt() {
        gdtEntries = 0;
        dropFrames(gdtFrames);
    }

    // --- LDT

    public long ldtBase() {
        return ldtBase;
    }

    public int ldtEntries() {
        return ldtEntries;
    }

    /** {@code MMUEXT_SET_LDT}. */
    public int setLdt(long base, int entries) {
        long wanted = entries == 0 ? 0 : base;
        if (Integer.compareUnsigned(entries, MAX_LDT_ENTRIES) > 0
                || (wanted & PageSize.OFFSET_MASK) != 0
                || !GuestAccess.isGuestAddress(wanted)) {
            return -Errno.EINVAL;
        }
        if (entries != ldtEntries || wanted != ldtBase) {
            dropLdtFrames();
            ldtBase = wanted;
            ldtEntries = entries;
        }
        return 0;
    }

    /** Lets go of the LDT's frames; they are looked up again when used. Done at each change of base tables, as in Xen. */
    void dropLdtFrames() {
        dropFrames(ldtFrames);
    }

    private int ldtFrame(int index) {
        if (ldtFrames[index] == NO_FRAME) {
            long entry = vcpu.kernelEntry(ldtBase + ((long) index << PageSize.SHIFT));
            int mfn = entry == 0 ? FrameView.NOT_OURS : memory.view().frameOf(PageTableEntry.mfn(entry));
            if (mfn != FrameView.NOT_OURS && memory.types().getPageAndTypeOf(mfn, FrameType.SEGDESC) == 0) {
                ldtFrames[index] = mfn;
            }
        }
        return ldtFrames[index];
    }

    // --- both

    /** The descriptor of a selector, or 0 where the table has none. */
    public long descriptor(int selector) {
        int entry = (selector & 0xFFFF) >>> 3;
        if ((selector & LDT_SELECTOR) != 0) {
            return entry < ldtEntries ? read(ldtFrame(entry >>> 9), entry) : 0;
        }
        if (entry >= XenGdt.FIRST_RESERVED_ENTRY) {
            return XenGdt.descriptor(entry, vcpu.id());
        }
        return entry < framesFor(gdtEntries) << 9 ? read(gdtFrames[entry >>> 9], entry) : 0;
    }

    /** {@code update_descriptor}. */
    int updateDescriptor(long maddr, long descriptor) {
        if ((maddr & 7) != 0 || !DescriptorCheck.isAllowed(descriptor)) {
            return -Errno.EINVAL;
        }
        int mfn = memory.view().frameOf(maddr >>> PageSize.SHIFT);
        if (mfn == FrameView.NOT_OURS) {
            return -Errno.EINVAL;
        }
        int type = machine.table().type(mfn) == FrameType.SEGDESC ? FrameType.SEGDESC : FrameType.WRITABLE;
        if (memory.types().getPageAndTypeOf(mfn, type) < 0) {
            return -Errno.EINVAL;
        }
        machine.gate().putLong(mfn, (int) maddr & PageSize.OFFSET_MASK, DescriptorCheck.fixUp(descriptor));
        memory.types().putPageAndType(mfn);
        return 0;
    }

    /** How many uses of the frame as SEGDESC are this vcpu's. */
    int usesOf(int mfn) {
        int uses = 0;
        for (int frame : gdtFrames) {
            uses += frame == mfn ? 1 : 0;
        }
        for (int frame : ldtFrames) {
            uses += frame == mfn ? 1 : 0;
        }
        return uses;
    }

    /** Another frame holds what this one held; its counts are the caller's to move. */
    void replace(int from, int to) {
        for (int[] frames : new int[][] {gdtFrames, ldtFrames}) {
            for (int i = 0; i < frames.length; i++) {
                frames[i] = frames[i] == from ? to : frames[i];
            }
        }
    }

    /** Which LDT frames are held: part of the type counts, so a restore must hold the same. */
    public long[] ldtGuestFrames() {
        long[] frames = new long[LDT_FRAMES];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = ldtFrames[i] == NO_FRAME ? 0 : memory.view().guestMfnOf(ldtFrames[i]);
        }
        return frames;
    }

    /** Restores the LDT with the frames that were held. */
    int restoreLdt(long base, int entries, long[] guestFrames) {
        int result = setLdt(base, entries);
        for (int i = 0; result == 0 && i < guestFrames.length && i < LDT_FRAMES; i++) {
            if (guestFrames[i] != 0) {
                result = memory.types().getPageAndType(guestFrames[i], FrameType.SEGDESC);
                if (result == 0) {
                    ldtFrames[i] = memory.view().frameOf(guestFrames[i]);
                }
            }
        }
        return result;
    }

    private long read(int mfn, int entry) {
        return mfn == NO_FRAME
                ? 0
                : machine.ram().segment().get(ValueLayout.JAVA_LONG, machine.readOffset(mfn) + ((entry & 511L) << 3));
    }

    private void dropFrames(int[] frames) {
        for (int frame : frames) {
            if (frame != NO_FRAME) {
                memory.types().putPageAndType(frame);
            }
        }
        Arrays.fill(frames, NO_FRAME);
    }

    private static int framesFor(int entries) {
        return (entries + 511) >>> 9;
    }
}
