package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A checkpoint that is cancelled in the middle.
 *
 * <p>Method: as in {@link EveryStepFailsTest}, but before the nth call to a store or the engine the operation is
 * cancelled. Verdict: it ends as cancelled, rolled back, and all is as before; or it was too late, and the checkpoint is
 * there. Both happen, and a cancel is met in every phase before the point of no return.
 */
class CancelAtEveryStepTest {

    private static final int CALLS_MAX = 200;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("dev.xenolith.control.EveryStepFailsTest#ways")
    void checkpoint(EveryStepFailsTest.Way way) throws Exception {
        Set<OperationState> ends = EnumSet.noneOf(OperationState.class);
        Set<String> phases = new TreeSet<>();
        for (int step = 0; step < CALLS_MAX; step++) {
            try (ControlPlane plane = new ControlPlane(folder.resolve("cancel-" + step))) {
                plane.domains.create(new NewDomain("one", null, null, null, null, null, null, null, Map.of()));
                way.prepare(plane);
                Seat seat = plane.seats.of(plane.domains.get("one").id());
                plane.faults.interpose(step, () -> cancel(plane, seat, phases));
                Operation submitted = plane.taking.take("one", way.wish());
                Operation ended = plane.operations.await(submitted.id(), Duration.ofSeconds(20));
                String at = plane.faults.failed();
                plane.faults.disarm();

                ends.add(ended.state());
                expectOldOrNew(plane, way, ended, at);
                if (at.isEmpty()) {
                    break;
                }
            }
        }
        assertThat(ends).containsExactlyInAnyOrder(OperationState.CANCELLED, OperationState.SUCCEEDED);
        assertThat(phases).contains("force");
    }

    private static void cancel(ControlPlane plane, Seat seat, Set<String> phases) {
        RunningOperation running = seat.holder();
        if (running != null) {
            String phase = running.snapshot().phase();
            phases.add(phase == null ? "none" : phase);
            plane.operations.cancel(running.id().toString());
        }
    }

    private static void expectOldOrNew(ControlPlane plane, EveryStepFailsTest.Way way, Operation ended, String at) {
        DomainDefinition domain = plane.domains.get("one");
        boolean kept = plane.stores.checkpoints.byName("saved").isPresent();
        if (ended.state() == OperationState.SUCCEEDED) {
            assertThat(kept).as(at).isTrue();
            assertThat(domain.state()).as(at).isEqualTo(way.stop() ? LifecycleState.SHUTOFF : way.before());
        } else {
            assertThat(ended.state()).as(at).isEqualTo(OperationState.CANCELLED);
            assertThat(ended.rolledBack()).as(at).isTrue();
            assertThat(kept).as(at).isFalse();
            assertThat(domain.state()).as(at).isEqualTo(way.before());
            assertThat(plane.fakeOf("one").state()).as(at).isEqualTo(way.from());
        }
        assertThat(plane.domains.operationOf(domain)).as(at).isEmpty();
    }
}
