package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameViewTest {

    private final Machine machine = new Machine(4096);
    private final FrameOwner owner = machine.createOwner(1);
    private final FrameOwner other = machine.createOwner(2);

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void seesItsOwnFramesUnderTheirOwnNumbers() {
        FrameView view = new IdentityFrameView(machine, owner);
        int mfn = machine.allocate(owner, 0);
        assertThat(view.frameOf(mfn)).isEqualTo(mfn);
        assertThat(view.guestMfnOf(mfn)).isEqualTo(mfn);
    }

    @Test
    void seesNobodyElsesFrames() {
        FrameView view = new IdentityFrameView(machine, owner);
        int foreign = machine.allocate(other, 0);
        assertThat(view.frameOf(foreign)).isEqualTo(FrameView.NOT_OURS);
        assertThat(view.frameOf(foreign + 1)).isEqualTo(FrameView.NOT_OURS);
        assertThat(view.frameOf(3)).isEqualTo(FrameView.NOT_OURS);
    }

    @Test
    void survivesWildNumbers() {
        FrameView identity = new IdentityFrameView(machine, owner);
        FrameView kept = new KeptFrameView(machine, owner, 1 << 20);
        for (long wild : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, machine.limit(), (1L << 40) - 1}) {
            assertThat(identity.frameOf(wild)).isEqualTo(FrameView.NOT_OURS);
            assertThat(kept.frameOf(wild)).isEqualTo(FrameView.NOT_OURS);
            assertThat(identity.isRam(wild)).isFalse();
        }
    }

    @Test
    void keepsOldNumbers() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x8000);
        int mfn = machine.allocate(owner, 0);
        view.keep(0x7777, mfn);
        assertThat(view.frameOf(0x7777)).isEqualTo(mfn);
        assertThat(view.guestMfnOf(mfn)).isEqualTo(0x7777);
        assertThat(view.frameOf(mfn)).isEqualTo(FrameView.NOT_OURS);
        assertThat(view.isRam(0x7000)).isTrue();
        assertThat(view.isRam(0x8000)).isFalse();
    }

    @Test
    void refusesOneNumberForTwoFrames() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x8000);
        int first = machine.allocate(owner, 0);
        int second = machine.allocate(owner, 0);
        view.keep(0x7777, first);
        assertThatThrownBy(() -> view.keep(0x7777, second)).hasMessageContaining("no other frame");
    }

    @Test
    void refusesANumberAboveAllOthers() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x8000);
        assertThatThrownBy(() -> view.keep(0x8000, machine.allocate(owner, 0))).hasMessageContaining("below 0x8000");
    }

    @Test
    void reusesTheNumberThatIsFreeForLongest() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x8000);
        int first = machine.allocate(owner, 0);
        int second = machine.allocate(owner, 0);
        view.keep(0x7000, first);
        view.keep(0x7001, second);
        view.remove(second);
        view.remove(first);
        assertThat(view.frameOf(0x7001)).isEqualTo(FrameView.NOT_OURS);
        assertThat(view.add(first, 0)).isEqualTo(0x7001);
        assertThat(view.frameOf(0x7001)).isEqualTo(first);
        assertThat(view.add(second, 0)).isEqualTo(0x7000);
    }

    @Test
    void numbersABlockInARow() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x200);
        view.keep(0x101, machine.allocate(owner, 0));
        int block = machine.allocate(owner, 3);
        assertThat(view.add(block, 3)).as("the first aligned eight").isEqualTo(0x108);
        assertThat(view.frameOf(0x10F)).isEqualTo(block + 7);
        assertThat(view.guestMfnOf(block + 7)).isEqualTo(0x10F);
    }

    @Test
    void saysSoWhenNumbersRunOut() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x104);
        view.keep(0x101, machine.allocate(owner, 0));
        int block = machine.allocate(owner, 1);
        assertThat(view.add(block, 1)).isEqualTo(0x102);
        assertThat(view.add(machine.allocate(owner, 1), 1)).isEqualTo(FrameView.NOT_OURS);
        assertThat(view.add(machine.allocate(owner, 0), 0)).isEqualTo(0x100);
        assertThat(view.add(machine.allocate(owner, 0), 0)).isEqualTo(FrameView.NOT_OURS);
    }

    @Test
    void agreesWithAMapWhateverTheOrder() {
        KeptFrameView view = new KeptFrameView(machine, owner, 0x2000);
        Map<Long, Integer> model = new HashMap<>();
        Random random = new Random(7);
        for (int step = 0; step < 3000; step++) {
            if (random.nextInt(3) > 0) {
                int mfn = machine.allocate(owner, 0);
                if (mfn != Machine.NO_FRAME) {
                    model.put(view.add(mfn, 0), mfn);
                }
            } else if (!model.isEmpty()) {
                Map.Entry<Long, Integer> first = model.entrySet().iterator().next();
                int mfn = first.getValue();
                model.remove(first.getKey());
                view.remove(mfn);
                machine.free(mfn);
            }
        }
        model.forEach((guestMfn, mfn) -> assertThat(view.frameOf(guestMfn)).isEqualTo(mfn));
        model.forEach((guestMfn, mfn) -> assertThat(view.guestMfnOf(mfn)).isEqualTo(guestMfn));
    }
}
