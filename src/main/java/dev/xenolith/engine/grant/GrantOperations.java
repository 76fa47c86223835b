package dev.xenolith.engine.grant;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.GrantStatus;
import dev.xenolith.engine.abi.GrantTableOp;
import dev.xenolith.engine.mmu.GuestAccess;
import dev.xenolith.engine.mmu.GuestAccessFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code grant_table_op}: reads the structs, writes the results ({@code xen/common/grant_table.c}). */
final class GrantOperations {

    /** One call's work must end. Xen splits long batches into continuations; no known guest sends so many at once. */
    private static final int MAX_BATCH = 65536;

    private final GrantTable table;
    private final ActiveGrants active;
    private final GrantDomains domains;
    private final GrantCopy copies;
    private final byte[] bytes = new byte[GrantTableOp.COPY_BYTES];
    private final ByteBuffer struct = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    GrantOperations(GrantTable table, ActiveGrants active, GrantDomains domains, GrantCopy copies) {
        this.table = table;
        this.active = active;
        this.domains = domains;
        this.copies = copies;
    }

    long call(GuestAccess guest, int command, long array, int count) {
        if (count < 0 || count > MAX_BATCH) {
            return -Errno.EINVAL;
        }
        return switch (command) {
            case GrantTableOp.MAP_GRANT_REF -> map(guest, array, count);
            case GrantTableOp.UNMAP_GRANT_REF, GrantTableOp.UNMAP_AND_REPLACE -> unmap(guest, array, count);
            case GrantTableOp.SETUP_TABLE -> count == 1 ? setup(guest, array) : -Errno.EINVAL;
            case GrantTableOp.TRANSFER -> -Errno.EOPNOTSUPP; // As with gnttab=no-transfer.
            case GrantTableOp.COPY -> copy(guest, array, count);
            case GrantTableOp.QUERY_SIZE -> count == 1 ? querySize(guest, array) : -Errno.EINVAL;
            case GrantTableOp.SET_VERSION -> setVersion(guest, array);
            case GrantTableOp.GET_STATUS_FRAMES -> count == 1 ? statusFrames(guest, array) : -Errno.EINVAL;
            case GrantTableOp.GET_VERSION -> getVersion(guest, array);
            case GrantTableOp.SWAP_GRANT_REF -> swap(guest, array, count);
            default -> -Errno.ENOSYS;
        };
    }

    /** Another domain's frames are nobody's to map here, and to map its own a guest needs no grant. */
    private long map(GuestAccess guest, long array, int count) {
        for (int i = 0; i < count; i++) {
            long op = array + (long) i * GrantTableOp.MAP_BYTES;
            read(guest, op, GrantTableOp.MAP_BYTES);
            int kinds = GrantTableOp.GNTMAP_DEVICE_MAP | GrantTableOp.GNTMAP_HOST_MAP;
            int domid = Short.toUnsignedInt(struct.getShort(GrantTableOp.MAP_DOM));
            int status = domains.exists(domid) ? GrantStatus.PERMISSION_DENIED : GrantStatus.BAD_DOMAIN;
            if ((struct.getInt(GrantTableOp.MAP_FLAGS) & kinds) == 0) {
                status = GrantStatus.BAD_GNTREF;
            }
            guest.writeShort(op + GrantTableOp.MAP_STATUS, (short) status);
        }
        return 0;
    }

    /** Nothing is ever mapped, so no handle is good. */
    private static long unmap(GuestAccess guest, long array, int count) {
        for (int i = 0; i < count; i++) {
            long op = array + (long) i * GrantTableOp.UNMAP_BYTES;
            guest.readLong(op + GrantTableOp.UNMAP_HANDLE);
            guest.writeShort(op + GrantTableOp.UNMAP_STATUS, (short) GrantStatus.BAD_HANDLE);
        }
        return 0;
    }

    private long setup(GuestAccess guest, long op) {
        read(guest, op, GrantTableOp.SETUP_BYTES);
        int wanted = struct.getInt(GrantTableOp.SETUP_NR_FRAMES);
        long list = struct.getLong(GrantTableOp.SETUP_FRAME_LIST);
        if (!GuestAccess.isGuestArray(list, Integer.toUnsignedLong(wanted), Long.BYTES)) {
            return -Errno.EFAULT;
        }
        int status = domains.status(Short.toUnsignedInt(struct.getShort(GrantTableOp.SETUP_DOM)));
        if (status == GrantStatus.OKAY) {
            status = setup(guest, wanted, list);
        }
        guest.writeShort(op + GrantTableOp.SETUP_STATUS, (short) status);
        return 0;
    }

    private int setup(GuestAccess guest, int wanted, long list) {
        if (Integer.compareUnsigned(wanted, table.maxFrames()) > 0 || !table.growTo(wanted)) {
            return GrantStatus.GENERAL_ERROR;
        }
        try {
            for (int i = 0; i < wanted; i++) {
                guest.writeLong(list + (long) i * Long.BYTES, table.guestMfn(i));
            }
            return GrantStatus.OKAY;
        } catch (GuestAccessFault fault) {
            return GrantStatus.BAD_VIRT_ADDR;
        }
    }

    private long copy(GuestAccess guest, long array, int count) {
        for (int i = 0; i < count; i++) {
            long op = array + (long) i * GrantTableOp.COPY_BYTES;
            read(guest, op, GrantTableOp.COPY_BYTES);
            guest.writeShort(op + GrantTableOp.COPY_STATUS, (short) copies.copy(struct));
        }
        return 0;
    }

    private long querySize(GuestAccess guest, long op) {
        read(guest, op, GrantTableOp.QUERY_BYTES);
        int status = domains.status(Short.toUnsignedInt(struct.getShort(GrantTableOp.QUERY_DOM)));
        if (status == GrantStatus.OKAY) {
            guest.writeInt(op + GrantTableOp.QUERY_NR_FRAMES, table.frames());
            guest.writeInt(op + GrantTableOp.QUERY_MAX_NR_FRAMES, table.maxFrames());
        }
        guest.writeShort(op + GrantTableOp.QUERY_STATUS, (short) status);
        return 0;
    }

    /** There is version 1. To ask for version 2 is refused like a call that does not exist, and the answer says 1. */
    private static long setVersion(GuestAccess guest, long op) {
        int wanted = guest.readInt(op);
        guest.writeInt(op, 1);
        return switch (wanted) {
            case 1 -> 0;
            case 2 -> -Errno.ENOSYS;
            default -> -Errno.EINVAL;
        };
    }

    /** Version 1 has no status frames: none can be given, which is no error. */
    private long statusFrames(GuestAccess guest, long op) {
        read(guest, op, GrantTableOp.STATUS_FRAMES_BYTES);
        int status = domains.status(Short.toUnsignedInt(struct.getShort(GrantTableOp.STATUS_FRAMES_DOM)));
        if (status == GrantStatus.OKAY && struct.getInt(GrantTableOp.STATUS_FRAMES_NR_FRAMES) != 0) {
            status = GrantStatus.GENERAL_ERROR;
        }
        guest.writeShort(op + GrantTableOp.STATUS_FRAMES_STATUS, (short) status);
        return 0;
    }

    private long getVersion(GuestAccess guest, long op) {
        int error = domains.errno(guest.readShort(op + GrantTableOp.GET_VERSION_DOM) & 0xffff);
        if (error == 0) {
            guest.writeInt(op + GrantTableOp.GET_VERSION_VERSION, 1);
        }
        return error;
    }

    private long swap(GuestAccess guest, long array, int count) {
        for (int i = 0; i < count; i++) {
            long op = array + (long) i * GrantTableOp.SWAP_BYTES;
            read(guest, op, GrantTableOp.SWAP_BYTES);
            int status = swap(struct.getInt(GrantTableOp.SWAP_REF_A), struct.getInt(GrantTableOp.SWAP_REF_B));
            guest.writeShort(op + GrantTableOp.SWAP_STATUS, (short) status);
        }
        return 0;
    }

    private int swap(int first, int second) {
        if (!table.has(first) || !table.has(second)) {
            return GrantStatus.BAD_GNTREF;
        }
        if (first == second) {
            return GrantStatus.OKAY;
        }
        if (active.inUse(first) || active.inUse(second)) {
            return GrantStatus.EAGAIN;
        }
        long kept = table.entry(first);
        table.setEntry(first, table.entry(second));
        table.setEntry(second, kept);
        return GrantStatus.OKAY;
    }

    private void read(GuestAccess guest, long va, int length) {
        guest.copyIn(va, bytes, 0, length);
    }
}
