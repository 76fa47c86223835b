package dev.xenolith.engine.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.GrantStatus;
import dev.xenolith.engine.abi.GrantTableOp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** GNTTABOP_copy from page 4 to page 5. */
class GrantCopyTest {

    private static final long ARG = GrantGuest.va(0);
    private static final int BOTH = GrantTableOp.COPY_SOURCE_GREF | GrantTableOp.COPY_DEST_GREF;

    private final GrantGuest guest = new GrantGuest();

    GrantCopyTest() {
        guest.access.writeLong(GrantGuest.va(4) + 100, 0x1122334455667788L);
    }

    @AfterEach
    void endSound() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void copiesBetweenFrames() {
        assertThat(copy(guest.mfn(4), 100, guest.mfn(5), 4088, 8, 0)).isEqualTo(GrantStatus.OKAY);
        assertThat(guest.access.readLong(GrantGuest.va(5) + 4088)).isEqualTo(0x1122334455667788L);
    }

    @Test
    void copiesBetweenGrantsToItself() {
        guest.entry(10, GrantEntryV1.PERMIT_ACCESS | GrantEntryV1.READONLY, GrantGuest.DOMID, guest.mfn(4));
        guest.entry(11, GrantEntryV1.PERMIT_ACCESS, GrantGuest.DOMID, guest.mfn(5));
        assertThat(copy(10, 100, 11, 0, 8, BOTH)).isEqualTo(GrantStatus.OKAY);
        assertThat(guest.access.readLong(GrantGuest.va(5))).isEqualTo(0x1122334455667788L);
        assertThat(copy(11, 0, 10, 0, 8, BOTH)).as("read-only").isEqualTo(GrantStatus.GENERAL_ERROR);
    }

    @Test
    void refusesGrantsThatAreNotForIt() {
        guest.entry(10, GrantEntryV1.PERMIT_ACCESS, 0, guest.mfn(4));
        assertThat(copy(10, 0, guest.mfn(5), 0, 8, GrantTableOp.COPY_SOURCE_GREF))
                .isEqualTo(GrantStatus.GENERAL_ERROR);
        guest.entry(10, GrantEntryV1.ACCEPT_TRANSFER, GrantGuest.DOMID, guest.mfn(4));
        assertThat(copy(10, 0, guest.mfn(5), 0, 8, GrantTableOp.COPY_SOURCE_GREF))
                .isEqualTo(GrantStatus.GENERAL_ERROR);
        guest.entry(10, GrantEntryV1.PERMIT_ACCESS, GrantGuest.DOMID, 0x7fffffff);
        assertThat(copy(10, 0, guest.mfn(5), 0, 8, GrantTableOp.COPY_SOURCE_GREF))
                .isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(copy(512, 0, guest.mfn(5), 0, 8, GrantTableOp.COPY_SOURCE_GREF))
                .isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(copy(-1, 0, guest.mfn(5), 0, 8, GrantTableOp.COPY_SOURCE_GREF))
                .isEqualTo(GrantStatus.BAD_GNTREF);
    }

    @Test
    void refusesFramesThatItHasNotOrMayNotWrite() {
        assertThat(copy(1, 0, guest.mfn(5), 0, 8, 0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(copy(-1L, 0, guest.mfn(5), 0, 8, 0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(copy(guest.mfn(4), 0, 1L << 60, 0, 8, 0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(copy(guest.mfn(4), 0, guest.tableMfn(), 0, 8, 0)).isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(copy(guest.tableMfn(), 0, guest.mfn(5), 0, 8, 0))
                .as("reading is fine")
                .isEqualTo(GrantStatus.OKAY);
    }

    @Test
    void refusesToCrossAPage() {
        assertThat(copy(guest.mfn(4), 4089, guest.mfn(5), 0, 8, 0)).isEqualTo(GrantStatus.BAD_COPY_ARG);
        assertThat(copy(guest.mfn(4), 0, guest.mfn(5), 65535, 1, 0)).isEqualTo(GrantStatus.BAD_COPY_ARG);
        assertThat(copy(guest.mfn(4), 0, guest.mfn(5), 0, 65535, 0)).isEqualTo(GrantStatus.BAD_COPY_ARG);
        assertThat(copy(guest.mfn(4), 0, guest.mfn(5), 0, 4096, 0)).isEqualTo(GrantStatus.OKAY);
        assertThat(copy(1, 9999, 1, 9999, 0, 0)).as("nothing to copy").isEqualTo(GrantStatus.OKAY);
    }

    @Test
    void refusesOtherDomains() {
        assertThat(copyOf(6, GrantTableOp.COPY_SOURCE_GREF)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(copyOf(0, GrantTableOp.COPY_SOURCE_GREF)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(copyOf(9, GrantTableOp.COPY_SOURCE_GREF)).isEqualTo(GrantStatus.BAD_DOMAIN);
        assertThat(copyOf(GrantGuest.DOMID, 0))
                .as("a frame is only named by itself")
                .isEqualTo(GrantStatus.PERMISSION_DENIED);
    }

    @Test
    void goesOnAfterAnEntryThatFails() {
        put(0, 1, 0, guest.mfn(5), 0, 8, 0, DomidSpecial.SELF);
        put(1, guest.mfn(4), 100, guest.mfn(5), 0, 8, 0, DomidSpecial.SELF);
        assertThat(guest.grants.call(guest.access, GrantTableOp.COPY, ARG, 2)).isZero();
        assertThat(status(0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(status(1)).isEqualTo(GrantStatus.OKAY);
    }

    private int copyOf(int domid, int flags) {
        put(0, 3, 0, guest.mfn(5), 0, 8, flags, domid);
        assertThat(guest.grants.call(guest.access, GrantTableOp.COPY, ARG, 1)).isZero();
        return status(0);
    }

    private int copy(long source, int sourceOffset, long dest, int destOffset, int length, int flags) {
        put(0, source, sourceOffset, dest, destOffset, length, flags, DomidSpecial.SELF);
        assertThat(guest.grants.call(guest.access, GrantTableOp.COPY, ARG, 1)).isZero();
        return status(0);
    }

    private int status(int index) {
        return guest.access.readShort(ARG + index * 40L + GrantTableOp.COPY_STATUS);
    }

    private void put(
            int index,
            long source,
            int sourceOffset,
            long dest,
            int destOffset,
            int length,
            int flags,
            int sourceDomid) {
        long op = ARG + index * 40L;
        guest.access.writeLong(op, source);
        guest.access.writeShort(op + 8, (short) sourceDomid);
        guest.access.writeShort(op + 10, (short) sourceOffset);
        guest.access.writeLong(op + 16, dest);
        guest.access.writeShort(op + 24, (short) DomidSpecial.SELF);
        guest.access.writeShort(op + 26, (short) destOffset);
        guest.access.writeShort(op + 32, (short) length);
        guest.access.writeShort(op + 34, (short) flags);
        guest.access.writeShort(op + 36, (short) 99);
    }
}
