package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.GuestDamagedException;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.retire.Faults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every step of an exchange is made to fail in turn, for a page of every kind: whatever was begun must leave no trace.
 * Then the exchange is let through, so the test cannot pass by never getting so far.
 */
class ExchangeFaultsTest {

    private SuspendedPebble pebble;
    private KindsOfPages kinds;

    @BeforeEach
    void suspend() throws Exception {
        pebble = new SuspendedPebble();
        kinds = new KindsOfPages(pebble);
    }

    @AfterEach
    void close() {
        pebble.close();
    }

    @Test
    void leavesNoTraceOfAnyFailedStep() {
        Set<String> names = new HashSet<>();
        for (String kind : kinds.all().keySet()) {
            int mfn = kinds.all().get(kind);
            Likeness before = Likeness.of(pebble.guest);
            List<String> steps = new ArrayList<>();
            PageRetirement result = failAt(1, mfn, steps);
            for (int step = 1; result.state() != State.OFFLINED; step++) {
                String when = kind + ", step " + step + " (" + steps.getLast() + ")";
                assertThat(result.state()).as(when).isEqualTo(State.FAILED);
                assertThat(result.reason()).as(when).isEqualTo(Reason.STEP_FAILED);
                assertThat(pebble.host.frame(mfn).orElseThrow().state())
                        .as(when)
                        .isEqualTo(FrameState.OFFLINING);
                Likeness.of(pebble.guest).expectSameAs(before, when);
                pebble.expectSound();
                steps.clear();
                result = failAt(step + 1, mfn, steps);
            }
            names.addAll(steps);
            assertThat(steps).as(kind).hasSizeGreaterThan(10).contains("copy", "settle", "flush");
            assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
            pebble.expectSound();
            kinds.follow(result);
        }
        assertThat(names)
                .contains(
                        "unpin",
                        "pin again",
                        "p2m",
                        "frame list",
                        "start info",
                        "shared info: frame lists",
                        "shared info: cr3 of the p2m");
        pebble.hosted.retirement().setFaults(Faults.NONE);
        pebble.goOn();
        assertThat(pebble.pebbles.printed()).contains("resume: cancelled").doesNotContain("changed:");
        pebble.expectSound();
    }

    private PageRetirement failAt(int failing, int mfn, List<String> steps) {
        pebble.hosted.retirement().setFaults((number, name, isUndo) -> {
            if (!isUndo) {
                steps.add(name);
                if (number == failing) {
                    throw new IllegalStateException("step " + number + " fails as the test wants");
                }
            }
        });
        return pebble.host.retirement().retire(mfn, Mode.EXCHANGE);
    }

    @Test
    void staysSuspendedWhenAnUndoFails() {
        int mfn = kinds.all().values().iterator().next();
        pebble.hosted.retirement().setFaults((number, name, isUndo) -> {
            if (name.equals("m2p")) {
                throw new IllegalStateException("m2p fails as the test wants");
            }
            if (isUndo && name.equals("copy")) {
                throw new IllegalStateException("its undo, too");
            }
        });

        PageRetirement result = pebble.host.retirement().retire(mfn, Mode.EXCHANGE);

        assertThat(result.state()).isEqualTo(State.FAILED);
        assertThat(result.reason()).isEqualTo(Reason.GUEST_DAMAGED);
        assertThat(pebble.hosted.snapshot().state()).isEqualTo(DomainState.SUSPENDED);
        assertThat(pebble.hosted.snapshot().detail()).startsWith("guest-damaged: undo of step ");
        assertThatExceptionOfType(GuestDamagedException.class).isThrownBy(pebble.hosted::resume);
        assertThat(pebble.host.retirement().retire(mfn, Mode.EXCHANGE).reason()).isEqualTo(Reason.GUEST_DAMAGED);
        pebble.hosted.destroy();
        assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
    }
}
