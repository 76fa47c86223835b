package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;

/**
 * Counts of references and of typed uses ({@code get_page}, {@code get_page_type} and their opposites in {@code
 * xen/arch/x86/mm.c}). The first use gives a frame its type, after validation; the last takes it away.
 *
 * <p>Xen keeps the old type of a frame whose count is 0 as a hint that spares a validation. Here such a frame has no
 * type, so that equal uses are equal states whatever came before, and a restored domain can be compared with the saved.
 */
public final class PageTypes {

    /** Below the largest int, so that a wrap can never be reached. */
    private static final int MAX_COUNT = Integer.MAX_VALUE - 1;

    private static final int NO_PARENT = -1;

    private final DomainMemory memory;
    private final FrameTable table;
    private final TableValidator validator;

    /** Whether the counts came with the frames, and those who hold references only say so. */
    private boolean counted;

    PageTypes(DomainMemory memory) {
        this.memory = memory;
        table = memory.machine().table();
        validator = new TableValidator(memory, this);
    }

    TableValidator validator() {
        return validator;
    }

    /**
     * From now on references are taken and dropped that the counts of the frames contain already, as a restore does whose
     * frames came with their counts. Only whether such a reference can be among them is looked at.
     */
    void setCounted(boolean on) {
        counted = on;
    }

    /** One more reference to one of the domain's own frames; false when there are too many. */
    boolean getPage(int mfn) {
        int total = table.total(mfn);
        if (total >= MAX_COUNT || total == 0) {
            return false;
        }
        if (counted) {
            return true;
        }
        table.setTotal(mfn, total + 1);
        return true;
    }

    /** The last reference frees the frame. */
    void putPage(int mfn) {
        if (counted) {
            return;
        }
        int total = table.total(mfn) - 1;
        table.setTotal(mfn, total);
        if (total == 0) {
            memory.frameLost(mfn);
        }
    }

    /** Reference and typed use of the frame that the guest names; −EINVAL when it is not the domain's. */
    int getPageAndType(long guestMfn, int type) {
        int mfn = memory.view().frameOf(guestMfn);
        return mfn == FrameView.NOT_OURS ? -Errno.EINVAL : getPageAndTypeOf(mfn, type);
    }

    int getPageAndTypeOf(int mfn, int type) {
        if (!getPage(mfn)) {
            return -Errno.EINVAL;
        }
        int result = getType(mfn, type);
        if (result < 0) {
            putPage(mfn);
        }
        return result;
    }

    void putPageAndType(int mfn) {
        putType(mfn);
        putPage(mfn);
    }

    /** A typed use of a frame that the caller holds a reference to. */
    int getType(int mfn, int type) {
        int count = table.typeCount(mfn);
        if (counted) {
            return count > 0 && table.type(mfn) == type ? 0 : -Errno.EINVAL;
        }
        if (count == 0) {
            return takeFirst(mfn, type);
        }
        if (table.type(mfn) != type || count >= MAX_COUNT) {
            return -Errno.EINVAL;
        }
        table.setTypeCount(mfn, count + 1);
        return 0;
    }

    private int takeFirst(int mfn, int type) {
        table.setType(mfn, type, 1);
        if (type == FrameType.WRITABLE) {
            return 0;
        }
        // No vcpu may still be able to write what is about to be validated.
        memory.shootdown().dropWrites(mfn);
        table.setLinear(mfn, 0);
        int result = validator.promote(mfn, type);
        if (result < 0) {
            table.setType(mfn, FrameType.NONE, 0);
        }
        return result;
    }

    void putType(int mfn) {
        putType(mfn, NO_PARENT);
    }

    /** @param parent the table whose entry was the use, for the account of linear entries */
    void putType(int mfn, int parent) {
        if (counted) {
            return;
        }
        int type = table.type(mfn);
        int count = table.typeCount(mfn);
        if (count <= 0) {
            throw new IllegalStateException("type count of mfn 0x" + Integer.toHexString(mfn) + ": expected above 0");
        }
        boolean linear = parent != NO_PARENT && table.type(parent) == type;
        if (count == 1 && FrameType.isPageTable(type)) {
            validator.demote(mfn, type);
        }
        if (linear) {
            table.setLinear(mfn, table.linear(mfn) + 1);
            table.setLinear(parent, table.linear(parent) - 1);
        }
        if (count == 1) {
            table.setType(mfn, FrameType.NONE, 0);
        } else {
            table.setTypeCount(mfn, count - 1);
        }
    }

    /** Holds a table validated by itself ({@code MMUEXT_PIN_*}). */
    public int pin(long guestMfn, int level) {
        int mfn = memory.view().frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS || !getPage(mfn)) {
            return -Errno.EINVAL;
        }
        int result = getType(mfn, level);
        if (result < 0) {
            putPage(mfn);
            return result;
        }
        if (table.has(mfn, FrameFlags.PINNED)) {
            putPageAndType(mfn);
            return -Errno.EINVAL;
        }
        table.raise(mfn, FrameFlags.PINNED);
        return 0;
    }

    public int unpin(long guestMfn) {
        int mfn = memory.view().frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS || !table.has(mfn, FrameFlags.PINNED)) {
            return -Errno.EINVAL;
        }
        table.lower(mfn, FrameFlags.PINNED);
        putPageAndType(mfn);
        return 0;
    }
}
