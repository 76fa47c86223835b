package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class M2pTest {

    private final Machine machine = new Machine(4096);
    private final M2p m2p = new M2p(machine, machine.limit());

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(m2p.get(300)).isEqualTo(M2p.INVALID);
        assertThat(machine.counters().backedSlots()).isZero();
    }

    @Test
    void keepsAnEntryAndOnlyThat() {
        m2p.set(1300, 5);
        assertThat(m2p.get(1300)).isEqualTo(5);
        assertThat(m2p.get(1299)).isEqualTo(M2p.INVALID);
        assertThat(m2p.get(1301)).isEqualTo(M2p.INVALID);
    }

    @Test
    void showsTheGuestTheSameBytes() {
        m2p.set(513, 5);
        long offset = m2p.pageOffset(1);
        assertThat(machine.ram().segment().get(ValueLayout.JAVA_LONG, offset + 8))
                .isEqualTo(5);
        assertThat(machine.ram().segment().get(ValueLayout.JAVA_LONG, offset)).isEqualTo(-1);
        assertThat(m2p.isShared(1)).isFalse();
        assertThat(m2p.isShared(2)).isTrue();
    }

    @Test
    void endsAtTheRoundedNumberOfFrames() {
        assertThat(m2p.limit()).isEqualTo(1 << 18);
        m2p.set(m2p.limit(), 1);
        m2p.set(-1, 1);
        assertThat(m2p.get(m2p.limit())).isEqualTo(M2p.INVALID);
        assertThat(m2p.get(-1)).isEqualTo(M2p.INVALID);
    }

    @Test
    void givesItsMemoryBack() {
        m2p.set(513, 5);
        m2p.close();
        assertThat(machine.counters().backedSlots()).isZero();
        assertThat(m2p.get(513)).isEqualTo(M2p.INVALID);
    }
}
