package dev.xenolith.engine.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.GrantStatus;
import dev.xenolith.engine.abi.GrantTableOp;
import dev.xenolith.engine.mmu.GuestAccessFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** grant_table_op, each command with what it refuses. Arguments are in page 0, lists in page 1. */
class GrantCallsTest {

    private static final long ARG = GrantGuest.va(0);
    private static final long LIST = GrantGuest.va(1);

    private final GrantGuest guest = new GrantGuest();

    @AfterEach
    void endSound() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void givesTheFramesOfATableAsLargeAsAsked() {
        assertThat(setup(DomidSpecial.SELF, 3)).isEqualTo(GrantStatus.OKAY);
        for (int i = 0; i < 3; i++) {
            long mfn = guest.access.readLong(LIST + i * 8L);
            assertThat(guest.memory.frameOf(mfn)).isPositive();
            assertThat(guest.grants.state().tableMfns().get(i)).isEqualTo(mfn);
        }
        assertThat(setup(GrantGuest.DOMID, 1)).as("it does not shrink").isEqualTo(GrantStatus.OKAY);
        assertThat(guest.grants.state().tableMfns()).hasSize(3);
    }

    @Test
    void refusesATableBeyondItsLimitOrOfAnother() {
        assertThat(setup(DomidSpecial.SELF, 5)).isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(setup(DomidSpecial.SELF, -1)).isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(setup(6, 1)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(setup(0, 1)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(setup(9, 1)).isEqualTo(GrantStatus.BAD_DOMAIN);
        assertThat(guest.grants.state().tableMfns()).hasSize(1);
    }

    @Test
    void saysThatAListCannotBeWritten() {
        guest.access.writeShort(ARG, (short) DomidSpecial.SELF);
        guest.access.writeInt(ARG + GrantTableOp.SETUP_NR_FRAMES, 1);
        guest.access.writeLong(ARG + GrantTableOp.SETUP_FRAME_LIST, 0x1000);
        assertThat(call(GrantTableOp.SETUP_TABLE, 1)).isZero();
        assertThat(guest.access.readShort(ARG + GrantTableOp.SETUP_STATUS))
                .isEqualTo((short) GrantStatus.BAD_VIRT_ADDR);
        guest.access.writeLong(ARG + GrantTableOp.SETUP_FRAME_LIST, 0xffff_8000_0000_0000L);
        assertThat(call(GrantTableOp.SETUP_TABLE, 1)).isEqualTo(-Errno.EFAULT);
        assertThat(call(GrantTableOp.SETUP_TABLE, 2)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void leavesTheTableAsItWasWhenTheHostIsFull() {
        while (guest.machine.allocate(guest.memory.owner(), 0) > 0) {}
        assertThat(setup(DomidSpecial.SELF, 2)).isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(guest.grants.state().tableMfns()).hasSize(1);
    }

    @Test
    void answersHowLargeTheTableIsAndMayBe() {
        guest.access.writeShort(ARG, (short) DomidSpecial.SELF);
        assertThat(call(GrantTableOp.QUERY_SIZE, 1)).isZero();
        assertThat(guest.access.readInt(ARG + GrantTableOp.QUERY_NR_FRAMES)).isEqualTo(1);
        assertThat(guest.access.readInt(ARG + GrantTableOp.QUERY_MAX_NR_FRAMES)).isEqualTo(4);
        guest.access.writeShort(ARG, (short) 6);
        call(GrantTableOp.QUERY_SIZE, 1);
        assertThat(guest.access.readShort(ARG + GrantTableOp.QUERY_STATUS))
                .isEqualTo((short) GrantStatus.PERMISSION_DENIED);
        assertThat(call(GrantTableOp.QUERY_SIZE, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void hasVersionOneOnly() {
        assertThat(setVersion(1)).isZero();
        assertThat(setVersion(2)).isEqualTo(-Errno.ENOSYS);
        assertThat(guest.access.readInt(ARG)).isEqualTo(1);
        assertThat(setVersion(3)).isEqualTo(-Errno.EINVAL);
        guest.access.writeShort(ARG, (short) DomidSpecial.SELF);
        assertThat(call(GrantTableOp.GET_VERSION, 1)).isZero();
        assertThat(guest.access.readInt(ARG + GrantTableOp.GET_VERSION_VERSION)).isEqualTo(1);
        guest.access.writeShort(ARG, (short) 6);
        assertThat(call(GrantTableOp.GET_VERSION, 1)).isEqualTo(-Errno.EPERM);
        guest.access.writeShort(ARG, (short) 7);
        assertThat(call(GrantTableOp.GET_VERSION, 1)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void hasNoStatusFrames() {
        guest.access.writeInt(ARG + GrantTableOp.STATUS_FRAMES_NR_FRAMES, 1);
        guest.access.writeShort(ARG + GrantTableOp.STATUS_FRAMES_DOM, (short) DomidSpecial.SELF);
        assertThat(call(GrantTableOp.GET_STATUS_FRAMES, 1)).isZero();
        assertThat(guest.access.readShort(ARG + GrantTableOp.STATUS_FRAMES_STATUS))
                .isEqualTo((short) GrantStatus.GENERAL_ERROR);
    }

    @Test
    void mapsNobodysFrames() {
        assertThat(map(0, GrantTableOp.GNTMAP_HOST_MAP)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(map(6, GrantTableOp.GNTMAP_HOST_MAP)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(map(9, GrantTableOp.GNTMAP_HOST_MAP)).isEqualTo(GrantStatus.BAD_DOMAIN);
        assertThat(map(0, GrantTableOp.GNTMAP_READONLY)).isEqualTo(GrantStatus.BAD_GNTREF);
        for (int command : new int[] {GrantTableOp.UNMAP_GRANT_REF, GrantTableOp.UNMAP_AND_REPLACE}) {
            assertThat(call(command, 1)).isZero();
            assertThat(guest.access.readShort(ARG + GrantTableOp.UNMAP_STATUS))
                    .isEqualTo((short) GrantStatus.BAD_HANDLE);
        }
    }

    @Test
    void swapsEntriesThatAreNotInUse() throws GrantRefusedException {
        guest.entry(20, GrantEntryV1.PERMIT_ACCESS, 0, guest.mfn(5));
        assertThat(swap(20, 21)).isEqualTo(GrantStatus.OKAY);
        assertThat(guest.flags(20)).isZero();
        assertThat(guest.flags(21)).isEqualTo(GrantEntryV1.PERMIT_ACCESS);
        assertThat(swap(21, 21)).isEqualTo(GrantStatus.OKAY);
        assertThat(swap(21, 512)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(swap(-1, 21)).isEqualTo(GrantStatus.BAD_GNTREF);
        try (GrantMapping mapping = guest.grants.map(21, true)) {
            assertThat(swap(21, 22)).isEqualTo(GrantStatus.EAGAIN);
            assertThat(swap(22, mapping.ref())).isEqualTo(GrantStatus.EAGAIN);
        }
    }

    @Test
    void refusesOtherCommandsAndEndlessBatches() {
        assertThat(call(GrantTableOp.TRANSFER, 1)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(call(GrantTableOp.DUMP_TABLE, 1)).isEqualTo(-Errno.ENOSYS);
        assertThat(call(GrantTableOp.CACHE_FLUSH, 1)).isEqualTo(-Errno.ENOSYS);
        assertThat(call(99, 1)).isEqualTo(-Errno.ENOSYS);
        assertThat(call(GrantTableOp.COPY, -1)).isEqualTo(-Errno.EINVAL);
        assertThat(call(GrantTableOp.COPY, Integer.MAX_VALUE)).isEqualTo(-Errno.EINVAL);
        assertThat(call(GrantTableOp.COPY, 0)).isZero();
    }

    @Test
    void faultsOnWildPointers() {
        for (int command = 0; command <= GrantTableOp.SWAP_GRANT_REF; command++) {
            if (command == GrantTableOp.DUMP_TABLE || command == GrantTableOp.TRANSFER) {
                continue;
            }
            int tried = command;
            for (long wild : new long[] {0, 0x7fff_ffff_f000L, 0xffff_8000_0000_0000L, -8, 1L << 50}) {
                assertThatThrownBy(() -> guest.grants.call(guest.access, tried, wild, 1))
                        .isInstanceOf(GuestAccessFault.class);
            }
        }
    }

    private int setup(int domid, int frames) {
        guest.access.writeShort(ARG + GrantTableOp.SETUP_DOM, (short) domid);
        guest.access.writeInt(ARG + GrantTableOp.SETUP_NR_FRAMES, frames);
        guest.access.writeLong(ARG + GrantTableOp.SETUP_FRAME_LIST, LIST);
        assertThat(call(GrantTableOp.SETUP_TABLE, 1)).isZero();
        return guest.access.readShort(ARG + GrantTableOp.SETUP_STATUS);
    }

    private long setVersion(int version) {
        guest.access.writeInt(ARG, version);
        return call(GrantTableOp.SET_VERSION, 1);
    }

    private int map(int domid, int flags) {
        guest.access.writeInt(ARG + GrantTableOp.MAP_FLAGS, flags);
        guest.access.writeShort(ARG + GrantTableOp.MAP_DOM, (short) domid);
        assertThat(call(GrantTableOp.MAP_GRANT_REF, 1)).isZero();
        return guest.access.readShort(ARG + GrantTableOp.MAP_STATUS);
    }

    private int swap(int first, int second) {
        guest.access.writeInt(ARG + GrantTableOp.SWAP_REF_A, first);
        guest.access.writeInt(ARG + GrantTableOp.SWAP_REF_B, second);
        assertThat(call(GrantTableOp.SWAP_GRANT_REF, 1)).isZero();
        return guest.access.readShort(ARG + GrantTableOp.SWAP_STATUS);
    }

    private long call(int command, int count) {
        return guest.grants.call(guest.access, command, ARG, count);
    }
}
