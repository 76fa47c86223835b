package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.retire.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * An exchange that is made to fail at its first step, then at its second, and so on, until it is let through.
 *
 * @param result of the last attempt
 * @param steps names of all its steps
 */
record FailingSteps(PageRetirement result, List<String> steps) {

    /** Expects no trace of any attempt but the last. */
    static FailingSteps through(SuspendedPebble pebble, String kind, int mfn) {
        Likeness before = Likeness.of(pebble.guest);
        List<String> steps = new ArrayList<>();
        PageRetirement result = failAt(pebble, 1, mfn, steps);
        for (int step = 1; result.state() != State.OFFLINED; step++) {
            String when = kind + ", step " + step + " (" + steps.getLast() + ")";
            assertThat(result.state()).as(when).isEqualTo(State.FAILED);
            assertThat(result.reason()).as(when).isEqualTo(Reason.STEP_FAILED);
            assertThat(pebble.host.frame(mfn).orElseThrow().state()).as(when).isEqualTo(FrameState.OFFLINING);
            Likeness.of(pebble.guest).expectSameAs(before, when);
            pebble.expectSound();
            steps.clear();
            result = failAt(pebble, step + 1, mfn, steps);
        }
        pebble.hosted.retirement().setFaults(Faults.NONE);
        assertThat(steps).as(kind).hasSizeGreaterThan(10).contains("copy", "settle", "flush");
        assertThat(pebble.host.frame(mfn).orElseThrow().state()).as(kind).isEqualTo(FrameState.OFFLINED);
        pebble.expectSound();
        return new FailingSteps(result, List.copyOf(steps));
    }

    private static PageRetirement failAt(SuspendedPebble pebble, int failing, int mfn, List<String> steps) {
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
}
