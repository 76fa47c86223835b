package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Reason;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameState;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The words expected are those that {@code public/sysctl.h} spells out, written down here a second time. */
class OffliningTest {

    private static final int OFFLINED = 0x2;
    private static final int ONLINED = 0x2;
    private static final int PENDING = 0x4;
    private static final int FAILED = 0x8;
    private static final int AGAIN = 0x10;
    private static final int NOT_CONV_RAM = 0x800;
    private static final int OWNED = 0x1000;
    private static final int BROKEN = 0x2000;
    private static final int OF_DOMAIN_1 = 1 << 16;

    private final Machine machine = new Machine(2048);
    private final FrameOwner owner = machine.createOwner(1);

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void takesAFreeFrameOfflineAtOnce() {
        int mfn = Machine.FIRST_FRAME;
        expect(machine.offline(mfn, false), Status.OFFLINED, OFFLINED, null);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.OFFLINED);
        assertThat(machine.allocate(owner, 0)).isEqualTo(mfn + 1);
        expect(machine.online(mfn), Status.ONLINED, ONLINED, null);
        assertThat(machine.allocate(owner, 0)).isEqualTo(mfn);
    }

    @Test
    void takesAFrameInUseOfflineWhenItIsFreed() {
        int mfn = machine.allocate(owner, 0);
        expect(machine.offline(mfn, false), Status.PENDING, PENDING | OWNED | OF_DOMAIN_1, 1);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.OFFLINING);
        assertThat(machine.counters().offlining()).isEqualTo(1);
        machine.free(mfn);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.OFFLINED);
        assertThat(machine.allocate(owner, 0)).isNotEqualTo(mfn);
        assertThat(machine.counters().offlining()).isZero();
    }

    @Test
    void marksTwiceAsOnce() {
        int used = machine.allocate(owner, 0);
        machine.offline(used, false);
        expect(machine.offline(used, false), Status.PENDING, PENDING | OWNED | OF_DOMAIN_1, 1);
        machine.offline(2000, false);
        expect(machine.offline(2000, false), Status.OFFLINED, OFFLINED, null);
        assertThat(machine.counters().offlining()).isEqualTo(1);
        assertThat(machine.counters().offlined()).isEqualTo(1);
    }

    @Test
    void forgetsAPendingOffline() {
        int mfn = machine.allocate(owner, 0);
        machine.offline(mfn, false);
        expect(machine.online(mfn), Status.ONLINED, ONLINED, null);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.IN_USE);
        machine.free(mfn);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.FREE);
    }

    @Test
    void hasNothingToDoForAFrameThatIsOnline() {
        expect(machine.online(2000), Status.NONE, 0, null);
        expect(machine.online(machine.allocate(owner, 0)), Status.NONE, 0, null);
    }

    @Test
    void neverBringsABrokenFrameBack() {
        int mfn = machine.allocate(owner, 0);
        expect(machine.offline(mfn, true), Status.PENDING, PENDING | OWNED | BROKEN | OF_DOMAIN_1, 1);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.BROKEN);
        expect(machine.offline(mfn, false), Status.AGAIN, AGAIN | OF_DOMAIN_1, 1);
        expect(machine.online(mfn), Status.FAILED, FAILED | BROKEN, null);
        machine.free(mfn);
        assertThat(machine.state(mfn)).isEqualTo(FrameState.BROKEN);
        expect(machine.online(mfn), Status.FAILED, FAILED | BROKEN, null);
        assertThat(machine.allocate(owner, 0)).isNotEqualTo(mfn);
        assertThat(machine.counters().broken()).isEqualTo(1);
    }

    @Test
    void breaksAFreeAndAnOfflinedFrame() {
        expect(machine.offline(2000, true), Status.OFFLINED, OFFLINED | BROKEN, null);
        machine.offline(2001, false);
        expect(machine.offline(2001, true), Status.OFFLINED, OFFLINED | BROKEN, null);
        assertThat(machine.counters()).isEqualTo(new MachineCounters(2048, 2046, 0, 0, 0, 2, 0));
    }

    @Test
    void countsEveryFrameInOneState() {
        machine.offline(machine.allocate(owner, 0), false);
        machine.offline(2000, false);
        machine.offline(2001, true);
        machine.offline(machine.allocate(owner, 0), true);
        machine.allocate(owner, 3);
        MachineCounters counters = machine.counters();
        assertThat(counters).isEqualTo(new MachineCounters(2048, 2048 - 12, 8, 1, 1, 2, 0));
    }

    @Test
    void offlinesRamOnly() {
        expect(machine.offline(3, false), Status.FAILED, FAILED | NOT_CONV_RAM, null);
        expect(machine.online(3), Status.FAILED, FAILED | NOT_CONV_RAM, null);
        expect(machine.offline(machine.limit(), false), Status.FAILED, FAILED | NOT_CONV_RAM, null);
    }

    @Test
    void neverHandsAMarkedFrameOut() {
        Random random = new Random(7);
        Set<Integer> marked = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            int mfn = Machine.FIRST_FRAME + random.nextInt(2048);
            machine.offline(mfn, random.nextBoolean());
            marked.add(mfn);
        }
        for (int order : new int[] {3, 2, 1, 0}) {
            for (int first = machine.allocate(owner, order);
                    first != Machine.NO_FRAME;
                    first = machine.allocate(owner, order)) {
                for (int mfn = first; mfn < first + (1 << order); mfn++) {
                    assertThat(marked).doesNotContain(mfn);
                }
            }
        }
        assertThat(owner.pages()).isEqualTo(2048 - marked.size());
    }

    private static void expect(FrameOfflining got, Status status, int word, @Nullable Integer domid) {
        assertThat(got.status()).isEqualTo(status);
        assertThat(got.word()).isEqualTo(word);
        assertThat(got.domid()).isEqualTo(domid);
        assertThat(got.reasons().contains(Reason.BROKEN)).isEqualTo((word & BROKEN) != 0);
    }
}
