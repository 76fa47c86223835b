package dev.xenolith.engine.grant;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.GrantStatus;
import dev.xenolith.engine.abi.GrantTableOp;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;
import java.nio.ByteBuffer;

/** {@code GNTTABOP_copy} between two places of the guest's own memory, each a frame or a grant of its to itself. */
final class GrantCopy {

    private final DomainMemory memory;
    private final GrantTable table;
    private final ActiveGrants active;
    private final GrantDomains domains;
    private final byte[] buffer = new byte[PageSize.BYTES];

    GrantCopy(DomainMemory memory, GrantTable table, ActiveGrants active, GrantDomains domains) {
        this.memory = memory;
        this.table = table;
        this.active = active;
        this.domains = domains;
    }

    /** Carries out one {@code struct gnttab_copy}; its status. */
    int copy(ByteBuffer op) {
        int length = Short.toUnsignedInt(op.getShort(GrantTableOp.COPY_LEN));
        if (length == 0) {
            return GrantStatus.OKAY;
        }
        boolean fromRef = (op.getShort(GrantTableOp.COPY_FLAGS) & GrantTableOp.COPY_SOURCE_GREF) != 0;
        boolean toRef = (op.getShort(GrantTableOp.COPY_FLAGS) & GrantTableOp.COPY_DEST_GREF) != 0;
        int from = domain(op, GrantTableOp.COPY_SOURCE, fromRef);
        int to = domain(op, GrantTableOp.COPY_DEST, toRef);
        if (from != GrantStatus.OKAY || to != GrantStatus.OKAY) {
            return from != GrantStatus.OKAY ? from : to;
        }
        long source = frame(op, GrantTableOp.COPY_SOURCE, fromRef, false);
        if (source < 0) {
            return (int) source;
        }
        long target = frame(op, GrantTableOp.COPY_DEST, toRef, true);
        if (target < 0) {
            return (int) target;
        }
        return copy(source, offset(op, GrantTableOp.COPY_SOURCE), target, offset(op, GrantTableOp.COPY_DEST), length);
    }

    private int copy(long source, int sourceOffset, long target, int targetOffset, int length) {
        int from = memory.held().hold(source);
        if (from < 0) {
            return GrantStatus.BAD_PAGE;
        }
        try {
            int to = memory.held().holdWritable(target);
            if (to < 0) {
                return GrantStatus.GENERAL_ERROR;
            }
            try {
                if (sourceOffset + length > PageSize.BYTES || targetOffset + length > PageSize.BYTES) {
                    return GrantStatus.BAD_COPY_ARG;
                }
                memory.read(from, sourceOffset, buffer, 0, length);
                memory.write(to, targetOffset, buffer, 0, length);
                return GrantStatus.OKAY;
            } finally {
                memory.held().releaseWritable(to);
            }
        } finally {
            memory.held().release(from);
        }
    }

    private int domain(ByteBuffer op, int side, boolean isRef) {
        int domid = Short.toUnsignedInt(op.getShort(side + GrantTableOp.COPY_PTR_DOMID));
        if (!isRef && domid != DomidSpecial.SELF) {
            return GrantStatus.PERMISSION_DENIED;
        }
        return domains.status(domid);
    }

    /** The guest's number of the frame meant, or a negative status. */
    private long frame(ByteBuffer op, int side, boolean isRef, boolean written) {
        if (!isRef) {
            return ours(op.getLong(side + GrantTableOp.COPY_PTR_FRAME));
        }
        int ref = op.getInt(side + GrantTableOp.COPY_PTR_FRAME);
        if (!table.has(ref)) {
            return GrantStatus.BAD_GNTREF;
        }
        int flags = table.flags(ref);
        boolean granted = (flags & GrantEntryV1.TYPE_MASK) == GrantEntryV1.PERMIT_ACCESS
                && table.domid(ref) == domains.self()
                && !active.inUse(ref);
        boolean allowed = !written || (flags & GrantEntryV1.READONLY) == 0;
        return granted && allowed ? ours(table.granted(ref)) : GrantStatus.GENERAL_ERROR;
    }

    private long ours(long guestMfn) {
        return memory.view().frameOf(guestMfn) == FrameView.NOT_OURS ? GrantStatus.BAD_PAGE : guestMfn;
    }

    private static int offset(ByteBuffer op, int side) {
        return Short.toUnsignedInt(op.getShort(side + GrantTableOp.COPY_PTR_OFFSET));
    }
}
