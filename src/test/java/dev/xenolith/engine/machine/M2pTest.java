package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
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

    // --- pages that were saved

    private final List<Long> pagesRead = new ArrayList<>();

    private void readSaved(long page, MemorySegment into) {
        pagesRead.add(page);
        into.set(ValueLayout.JAVA_LONG, 8, 1000 + page);
    }

    @Test
    void readsASavedPageWhenItIsFirstLookedAt() {
        m2p.defer(this::readSaved, 512, 1024);

        assertThat(machine.counters().backedSlots()).isZero();
        assertThat(m2p.get(513)).isEqualTo(1001);
        assertThat(m2p.get(514)).isEqualTo(M2p.INVALID);
        assertThat(m2p.get(1025)).isEqualTo(1002);
        assertThat(m2p.get(1)).isEqualTo(M2p.INVALID);
        assertThat(pagesRead).containsExactly(1L, 2L);
    }

    @Test
    void showsTheGuestASavedPage() {
        m2p.defer(this::readSaved, 512, 1);

        assertThat(machine.ram().segment().get(ValueLayout.JAVA_LONG, m2p.pageOffset(1) + 8))
                .isEqualTo(1001);
        assertThat(m2p.isShared(1)).isFalse();
    }

    @Test
    void changesASavedPageAfterItIsRead() {
        m2p.defer(this::readSaved, 512, 512);

        m2p.set(600, 7);
        m2p.set(513, M2p.INVALID);

        assertThat(m2p.get(600)).isEqualTo(7);
        assertThat(m2p.get(513)).isEqualTo(M2p.INVALID);
        assertThat(pagesRead).containsExactly(1L);
    }

    @Test
    void holdsNoMemoryForSavedPagesThatAreDamaged() {
        m2p.defer(
                (page, into) -> {
                    throw new IllegalStateException("not what was saved");
                },
                0,
                512);

        assertThatExceptionOfType(ImagePageCorruptException.class).isThrownBy(() -> m2p.get(5));
        assertThatExceptionOfType(ImagePageCorruptException.class).isThrownBy(() -> m2p.set(5, 1));
        assertThat(machine.counters().backedSlots()).isZero();
    }

    @Test
    void closesWithSavedPagesThatNobodyRead() {
        m2p.defer(this::readSaved, 0, 4096);
        m2p.get(1);

        m2p.close();

        assertThat(machine.counters().backedSlots()).isZero();
        assertThat(pagesRead).containsExactly(0L);
    }

    @Test
    void defersNoPageThatHasAnEntry() {
        m2p.set(600, 7);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> m2p.defer(this::readSaved, 0, 4096));
    }
}
