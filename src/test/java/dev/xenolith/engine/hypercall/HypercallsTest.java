package dev.xenolith.engine.hypercall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.HypercallNumber;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HypercallsTest {

    private final TinyGuest guest = new TinyGuest();

    @AfterEach
    void close() {
        guest.close();
    }

    @Test
    void answersAnUnknownNumberAndCountsIt() {
        assertThat(guest.call(47)).isEqualTo(-Errno.ENOSYS);
        assertThat(guest.call(HypercallNumber.TMEM_OP)).isEqualTo(-Errno.ENOSYS);
        assertThat(guest.calls.call(guest.vcpu(), Long.MIN_VALUE, 0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(guest.calls.counts().unknown()).containsEntry(47L, 1L).containsEntry(Long.MIN_VALUE, 1L);
    }

    @Test
    void refusesWhatIsForTheControlDomain() {
        assertThat(guest.call(HypercallNumber.DOMCTL, TinyGuest.SCRATCH)).isEqualTo(-Errno.EPERM);
        assertThat(guest.call(HypercallNumber.SYSCTL, TinyGuest.SCRATCH)).isEqualTo(-Errno.EPERM);
        assertThat(guest.call(HypercallNumber.PLATFORM_OP, TinyGuest.SCRATCH)).isEqualTo(-Errno.EPERM);
    }

    @Test
    void answersAWildPointerWithFault() {
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 1, TinyGuest.WILD)).isEqualTo(-Errno.EFAULT);
        assertThat(guest.call(HypercallNumber.EVENT_CHANNEL_OP, 6, TinyGuest.WILD))
                .isEqualTo(-Errno.EFAULT);
        assertThat(guest.call(HypercallNumber.SCHED_OP, 2, TinyGuest.WILD)).isEqualTo(-Errno.EFAULT);
        assertThat(guest.call(HypercallNumber.SET_TRAP_TABLE, TinyGuest.WILD)).isEqualTo(-Errno.EFAULT);
        assertThat(guest.call(HypercallNumber.MULTICALL, TinyGuest.WILD, 1)).isEqualTo(-Errno.EFAULT);
    }

    @Test
    void takesNothingFromXensOwnRange() {
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 1, 0xffff_8000_0000_0000L))
                .isEqualTo(-Errno.EFAULT);
    }

    /** Whatever a guest passes, it gets a number or ends itself; nothing of ours fails. */
    @Test
    void survivesArbitraryArguments() {
        long[] interesting = {
            0,
            1,
            2,
            7,
            -1,
            0x1000,
            TinyGuest.SCRATCH,
            TinyGuest.WILD,
            0xffff_8000_0000_0000L,
            0x8000_0000_0000_0000L,
            0x7fff_ffff_ffff_f000L,
            0xffff_ffffL,
            0x7ff0,
            4096,
            0x3fffff
        };
        Random random = new Random(3);
        TinyGuest victim = new TinyGuest();
        for (int i = 0; i < 60_000; i++) {
            if (!victim.domain.lifecycle().isRunning()) {
                assertThat(victim.domain.lifecycle().state()).isNotEqualTo(DomainState.PAUSED);
                victim.close();
                victim = new TinyGuest();
            }
            long[] a = new long[4];
            for (int j = 0; j < 4; j++) {
                a[j] = random.nextInt(4) == 0 ? random.nextInt(64) : interesting[random.nextInt(interesting.length)];
            }
            victim.calls.mmu().beginWork();
            victim.calls.call(victim.vcpu(), random.nextInt(44), a[0], a[1], a[2], a[3]);
            if (i % 5000 == 0) {
                assertThat(victim.domain.memory().checkInvariants()).isEmpty();
            }
        }
        assertThat(victim.domain.memory().checkInvariants()).isEmpty();
        victim.close();
    }

    @Test
    void carriesOutAListOfCallsAndWritesEachResult() {
        long list = TinyGuest.SCRATCH;
        guest.memory().writeLong(list, HypercallNumber.XEN_VERSION);
        guest.memory().writeLong(list + 16, 0);
        guest.memory().writeLong(list + 64, HypercallNumber.XEN_VERSION);
        guest.memory().writeLong(list + 64 + 16, 1000);
        assertThat(guest.call(HypercallNumber.MULTICALL, list, 2)).isZero();
        assertThat(guest.memory().readLong(list + 8)).isEqualTo((4 << 16) | 17);
        assertThat(guest.memory().readLong(list + 64 + 8)).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void refusesAListWithinAList() {
        long list = TinyGuest.SCRATCH;
        guest.memory().writeLong(list, HypercallNumber.MULTICALL);
        assertThat(guest.call(HypercallNumber.MULTICALL, list, 1)).isZero();
        assertThat(guest.memory().readLong(list + 8)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void tellsWhoWeAre() {
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 0)).isEqualTo((4 << 16) | 17);
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 7)).isEqualTo(4096);
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 7, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 8, TinyGuest.SCRATCH))
                .isZero();
        assertThat(guest.memory().readLong(TinyGuest.SCRATCH)).isEqualTo(Long.reverseBytes(0x1122));
    }

    @Test
    void hasTheFeaturesOfAPvDomain() {
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 6, guest.struct(0))).isZero();
        int without = guest.memory().readInt(TinyGuest.SCRATCH + 4);
        assertThat(without & 1 << 5).isNotZero();
        assertThat(without & 1 << 4).isZero();
        guest.call(HypercallNumber.VM_ASSIST, 0, 3);
        guest.call(HypercallNumber.XEN_VERSION, 6, guest.struct(0));
        assertThat(guest.memory().readInt(TinyGuest.SCRATCH + 4)).isEqualTo(without | 1 << 4);
        assertThat(guest.call(HypercallNumber.XEN_VERSION, 6, guest.struct(1))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void knowsTheAssistsOfSixtyFourBitGuests() {
        assertThat(guest.call(HypercallNumber.VM_ASSIST, 0, 2)).isZero();
        assertThat(guest.domain.memory().writablePageTables()).isTrue();
        assertThat(guest.call(HypercallNumber.VM_ASSIST, 1, 2)).isZero();
        assertThat(guest.domain.memory().writablePageTables()).isFalse();
        assertThat(guest.call(HypercallNumber.VM_ASSIST, 0, 6)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.VM_ASSIST, 2, 2)).isEqualTo(-Errno.ENOSYS);
    }
}
