package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.xenolith.control.Retirement.Concerned;
import dev.xenolith.control.Retirement.Outcome;
import dev.xenolith.control.RetirementRequest.Range;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of several domains leave use in one call. Each domain n has the ten frames from 1000 n on. */
class RetirementOfSeveralDomainsTest {

    @TempDir
    Path data;

    private ControlPlane plane;

    @BeforeEach
    void boot() {
        plane = new ControlPlane(data);
        for (String name : List.of("one", "two", "three")) {
            plane.domains.create(new NewDomain(name, null, null, null, null, null, null, null, Map.of()));
            int domid = domidOf(name);
            plane.host.retirement().give(domid, domid * 1000L, 10);
        }
    }

    @AfterEach
    void close() throws IOException {
        plane.close();
    }

    private int domidOf(String name) {
        return Objects.requireNonNull(plane.domains.get(name).domid());
    }

    private RetirementRequest framesOf(String... names) {
        List<Range> frames = new ArrayList<>(List.of(new Range(50_000, 2)));
        for (String name : names) {
            frames.add(new Range(domidOf(name) * 1000L, 10));
        }
        return new RetirementRequest(frames, null, List.of(), null, null, Mode.EXCHANGE, 600);
    }

    private void tell(String name, String line) {
        plane.fakeOf(name).consoleInput((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private Operation finish(Operation operation) throws InterruptedException {
        Operation now = plane.operations.await(operation.id(), Duration.ofSeconds(30));
        assertThat(now.state().finished()).as("%s", now).isTrue();
        return now;
    }

    private Retirement retired(RetirementRequest request) throws InterruptedException {
        return resultOf(finish(plane.retirements.retire(request)));
    }

    private Retirement resultOf(Operation finished) {
        assertThat(finished.state()).as("%s", finished).isEqualTo(OperationState.SUCCEEDED);
        return plane.retirements.get(
                Objects.requireNonNull(finished.result()).id().toString());
    }

    private static List<PageRetirement> pagesOf(Retirement retirement, String name) {
        return retirement.pages().stream()
                .filter(page -> name.equals(nameOf(retirement.domainOf(page))))
                .toList();
    }

    private static @Nullable String nameOf(@Nullable Concerned domain) {
        return domain == null ? null : domain.name();
    }

    private static @Nullable Outcome outcomeOf(Retirement retirement, String name) {
        return retirement.domains().stream()
                .filter(domain -> domain.name().equals(name))
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    private void expectRunning(String... names) {
        for (String name : names) {
            DomainDefinition domain = plane.domains.get(name);
            assertThat(domain.state()).as(name).isEqualTo(LifecycleState.RUNNING);
            assertThat(plane.domains.operationOf(domain)).as(name).isEmpty();
        }
    }

    @Test
    void givesEachDomainItsTurn() throws Exception {
        Retirement retirement = retired(framesOf("two", "one"));

        assertThat(retirement.domains()).extracting(Concerned::name).containsExactly("one", "two");
        assertThat(retirement.domains()).extracting(Concerned::outcome).containsOnly(Outcome.RESUMED);
        assertThat(retirement.pages()).hasSize(22).allMatch(page -> page.state() == State.OFFLINED);
        assertThat(retirement.pages()).extracting(PageRetirement::mfn).startsWith(50_000L, 50_001L, 2000L);
        assertThat(retirement.onlyDomain()).isNull();
        assertThat(pagesOf(retirement, "two")).hasSize(10);
        assertThat(plane.stores.retirements.marked()).hasSize(22);
        expectRunning("one", "two", "three");
    }

    @Test
    void saysWhatWouldHappenToEach() {
        plane.lifecycle.pause("two");

        Retirement would = plane.retirements.examine(framesOf("one", "two"));

        assertThat(would.domains()).extracting(Concerned::outcome).containsOnlyNulls();
        assertThat(pagesOf(would, "one")).hasSize(10).allMatch(page -> page.state() == State.OFFLINED);
        assertThat(pagesOf(would, "two")).hasSize(10).allMatch(page -> page.reason() == Reason.GUEST_MUST_SUSPEND);
        assertThat(plane.host.frame(1000).orElseThrow().state()).isEqualTo(FrameState.IN_USE);
        assertThat(plane.host.frame(50_000).orElseThrow().state()).isEqualTo(FrameState.FREE);
    }

    @Test
    void goesOnWithTheOthersWhenOneDoesNotSuspend() throws Exception {
        tell("one", "deaf");
        plane.lifecycle.pause("two");
        RetirementRequest all = framesOf("one", "two", "three");

        Retirement retirement =
                retired(new RetirementRequest(all.frames(), null, List.of(), null, null, Mode.EXCHANGE, 1));

        assertThat(retirement.domains())
                .extracting(Concerned::outcome)
                .containsExactly(Outcome.UNCOOPERATIVE, Outcome.NOT_ASKED, Outcome.RESUMED);
        for (String name : List.of("one", "two")) {
            assertThat(pagesOf(retirement, name))
                    .hasSize(10)
                    .allMatch(page -> page.state() == State.PENDING && page.reason() == Reason.GUEST_MUST_SUSPEND);
        }
        assertThat(pagesOf(retirement, "three")).allMatch(page -> page.state() == State.OFFLINED);
        assertThat(plane.fakeOf("one").withdrawn()).isTrue();
        expectRunning("one", "three");
    }

    @Test
    void undoesOnlyTheTurnThatFails() throws Exception {
        plane.host.retirement().failFor(domidOf("two"));

        Retirement retirement = retired(framesOf("one", "two", "three"));

        assertThat(retirement.domains())
                .extracting(Concerned::outcome)
                .containsExactly(Outcome.RESUMED, Outcome.FAILED, Outcome.RESUMED);
        assertThat(retirement.domains().get(1).detail()).isNotNull();
        assertThat(pagesOf(retirement, "two"))
                .hasSize(10)
                .allMatch(page -> page.state() == State.FAILED && page.reason() == Reason.STEP_FAILED);
        assertThat(plane.host.frame(2000).orElseThrow().state()).isEqualTo(FrameState.OFFLINING);
        assertThat(pagesOf(retirement, "three")).allMatch(page -> page.state() == State.OFFLINED);
        expectRunning("one", "two", "three");
    }

    @Test
    void leavesADamagedGuestSuspendedAndMovesTheOthers() throws Exception {
        plane.host.retirement().damage(domidOf("two"));

        Retirement retirement = retired(framesOf("one", "two", "three"));

        assertThat(retirement.domains())
                .extracting(Concerned::outcome)
                .containsExactly(Outcome.RESUMED, Outcome.DAMAGED, Outcome.RESUMED);
        assertThat(pagesOf(retirement, "two")).hasSize(10).allMatch(page -> page.reason() == Reason.GUEST_DAMAGED);
        assertThat(plane.domains.get("two").state()).isEqualTo(LifecycleState.SUSPENDED);
        assertThat(plane.domains.get("two").stateReason()).isEqualTo(StateReason.UNDO_FAILED);
        expectRunning("one", "three");
    }

    @Test
    void failsAsAWholeWhenItsOnlyDomainFails() throws Exception {
        plane.host.retirement().failFor(domidOf("two"));

        Operation failed = finish(plane.retirements.retire(framesOf("two")));

        assertThat(failed.state()).isEqualTo(OperationState.FAILED);
        assertThat(failed.rolledBack()).isTrue();
        assertThat(plane.host.frame(2000).orElseThrow().state()).isEqualTo(FrameState.IN_USE);
        assertThat(plane.host.frame(50_000).orElseThrow().state()).isEqualTo(FrameState.FREE);
        expectRunning("two");
    }

    @Test
    void takesNothingBackWhenCancelledAfterTheFirstTurn() throws Exception {
        tell("two", "deaf");
        tell("three", "deaf");
        Operation operation = plane.retirements.retire(framesOf("one", "two", "three"));
        await().until(() -> plane.host.frame(1000).orElseThrow().state() == FrameState.OFFLINED);

        plane.operations.cancel(operation.id().toString());

        Retirement retirement = resultOf(finish(operation));
        assertThat(retirement.domains())
                .extracting(Concerned::outcome)
                .containsExactly(Outcome.RESUMED, Outcome.WITHDRAWN, Outcome.WITHDRAWN);
        assertThat(pagesOf(retirement, "three")).allMatch(page -> page.state() == State.PENDING);
        expectRunning("one", "two", "three");
    }

    @Test
    void takesAllBackWhenCancelledBeforeAnythingMoved() throws Exception {
        tell("one", "deaf");
        Operation operation = plane.retirements.retire(framesOf("one", "two"));
        await().until(() -> plane.host.frame(2009).orElseThrow().state() == FrameState.OFFLINING);

        plane.operations.cancel(operation.id().toString());

        Operation ended = finish(operation);
        assertThat(ended.state()).isEqualTo(OperationState.CANCELLED);
        assertThat(ended.rolledBack()).isTrue();
        for (long mfn : List.of(1000L, 2009L)) {
            assertThat(plane.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.IN_USE);
        }
        assertThat(plane.host.frame(50_000).orElseThrow().state()).isEqualTo(FrameState.FREE);
        assertThat(plane.stores.retirements.marked()).isEmpty();
        expectRunning("one", "two");
    }

    @Test
    void makesWayForTheEndOfADomain() throws Exception {
        tell("two", "deaf");
        Operation operation = plane.retirements.retire(framesOf("one", "two"));
        await().until(() -> plane.host.frame(1000).orElseThrow().state() == FrameState.OFFLINED);

        plane.lifecycle.destroy("two");

        Retirement retirement = resultOf(finish(operation));
        assertThat(outcomeOf(retirement, "one")).isEqualTo(Outcome.RESUMED);
        assertThat(outcomeOf(retirement, "two")).isEqualTo(Outcome.WITHDRAWN);
        assertThat(retirement.pages()).as("gone with it").allMatch(page -> page.state() == State.OFFLINED);
        expectRunning("one");
    }

    @Test
    void hasAllOfThemToItself() throws Exception {
        tell("one", "deaf");
        Operation operation = plane.retirements.retire(framesOf("one", "two"));

        for (String name : List.of("one", "two")) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> plane.lifecycle.pause(name))
                    .matches(e -> e.problem().type() == ProblemType.OPERATION_IN_PROGRESS);
        }
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> plane.retirements.retire(framesOf("three", "two")))
                .matches(e -> e.problem().type() == ProblemType.OPERATION_IN_PROGRESS);
        assertThat(plane.host.frame(3000).orElseThrow().state())
                .as("a refused call marks nothing")
                .isEqualTo(FrameState.IN_USE);
        plane.lifecycle.pause("three");
        plane.operations.cancel(operation.id().toString());
        finish(operation);
    }

    @Test
    void countsADomainThatCrashedAndMovesTheOthers() throws Exception {
        tell("one", "panic");
        await().until(() -> plane.domains.get("one").state() == LifecycleState.CRASHED);

        Retirement retirement = retired(framesOf("one", "two"));

        assertThat(outcomeOf(retirement, "one")).isEqualTo(Outcome.ENDED);
        assertThat(outcomeOf(retirement, "two")).isEqualTo(Outcome.RESUMED);
        assertThat(pagesOf(retirement, "one")).hasSize(10).allMatch(page -> page.state() == State.PENDING);
    }

    @Test
    void givesNoDomainThePageOfAnother() {
        Concerned one = new Concerned(new UUID(0, 1), "one", 1, Outcome.RESUMED, null);
        PageRetirement others =
                new PageRetirement(4000, 4, null, null, State.PENDING, Reason.GUEST_MUST_SUSPEND, Mode.EXCHANGE);
        Retirement retirement =
                new Retirement(new UUID(0, 2), List.of(one), Mode.EXCHANGE, null, List.of(others), Instant.EPOCH);
        assertThat(retirement.domainOf(others)).isNull();
    }

    @Test
    void neverWaitsForEachOther() throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                RetirementRequest request = switch (i % 3) {
                    case 0 -> framesOf("one", "two", "three");
                    case 1 -> framesOf("three", "one");
                    default -> framesOf("two", "three", "one");
                };
                calls.add(threads.submit(() -> retireOrFindBusy(request)));
            }
        }
        for (Future<?> call : calls) {
            call.get();
        }
        expectRunning("one", "two", "three");
    }

    private void retireOrFindBusy(RetirementRequest request) {
        try {
            finish(plane.retirements.retire(request));
        } catch (ProblemException e) {
            assertThat(e.problem().type()).isEqualTo(ProblemType.OPERATION_IN_PROGRESS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
