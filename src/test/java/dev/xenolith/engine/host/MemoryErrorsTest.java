package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.MemoryError.Kind;
import dev.xenolith.engine.MemoryError.Outcome;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.retire.CorrectedErrors;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryErrorsTest {

    private static final int FREE = 60_000;

    private final Pebble pebbles = new Pebble();
    private final Xenolith host = pebbles.host();
    private final List<EngineEvent> events = new CopyOnWriteArrayList<>();
    private HostedDomain victim;
    private HostedDomain other;

    @BeforeEach
    void boot() throws Exception {
        victim = (HostedDomain) pebbles.boot();
        other = (HostedDomain) pebbles.boot();
        victim.runInstructions(SuspendedPebble.A_WHILE);
        other.runInstructions(SuspendedPebble.A_WHILE);
        host.subscribe(events::add);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private long frameOfPfn(long pfn) {
        return host.retirement().frameOf(victim.domid(), pfn).orElseThrow();
    }

    private MemoryError inject(long mfn, Kind kind) {
        return host.retirement().injectError(mfn, kind).orElseThrow();
    }

    private FrameState stateOf(long mfn) {
        return host.frame(mfn).orElseThrow().state();
    }

    @Test
    void endsTheGuestWhosePageIsLostAndNoOther() {
        long mfn = frameOfPfn(0x123);

        MemoryError error = inject(mfn, Kind.UNCORRECTABLE);

        assertThat(error.outcome()).isEqualTo(Outcome.GUEST_CRASHED);
        assertThat(error.pfn()).isEqualTo(0x123);
        assertThat(victim.snapshot().state()).isEqualTo(DomainState.CRASHED);
        assertThat(victim.snapshot().crashReason()).isEqualTo(EngineEvent.CrashReason.MEMORY_ERROR);
        assertThat(victim.snapshot().detail()).contains("pfn 0x123");
        assertThat(other.snapshot().state()).isEqualTo(DomainState.PAUSED);
        assertThat(stateOf(mfn)).isEqualTo(FrameState.BROKEN);
        assertThat(events).hasSize(2).contains(new EngineEvent.FrameFailed(error));
        assertThat(events.getFirst()).isInstanceOf(EngineEvent.GuestCrashed.class);

        victim.destroy();
        assertThat(stateOf(mfn)).isEqualTo(FrameState.BROKEN);
        assertThat(host.frame(mfn).orElseThrow().domid()).isNull();
        assertThat(host.retirement().online(mfn, 1).getFirst().status()).isEqualTo(FrameOfflining.Status.FAILED);
        pebbles.type(other, "hash");
        other.runInstructions(SuspendedPebble.A_WHILE);
        assertThat(pebbles.printed()).contains("0 changed: GOOD");
    }

    @Test
    void stopsAGuestAgainThatStillHasABrokenFrame() {
        long mfn = frameOfPfn(0x123);
        victim.guest().machine().offline((int) mfn, true);

        assertThat(host.retirement().offline(mfn, 1).getFirst().status()).isEqualTo(FrameOfflining.Status.AGAIN);

        assertThat(victim.snapshot().state()).isEqualTo(DomainState.CRASHED);
        assertThat(host.retirement().retire(mfn, Mode.BACKING).reason()).isEqualTo(Reason.BROKEN);
    }

    @Test
    void breaksAFrameThatNobodyHas() {
        assertThat(inject(FREE, Kind.UNCORRECTABLE).outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(stateOf(FREE)).isEqualTo(FrameState.BROKEN);
        assertThat(victim.snapshot().state()).isEqualTo(DomainState.PAUSED);
        assertThat(inject(FREE, Kind.CORRECTED).outcome()).isEqualTo(Outcome.COUNTED);
        assertThat(stateOf(FREE)).isEqualTo(FrameState.BROKEN);
    }

    @Test
    void retiresAFrameWithTooManyCorrectedErrors() {
        host.retirement().setErrorPolicy(new MemoryError.Policy(3, Duration.ofHours(1)));
        long mfn = frameOfPfn(7);
        String digest = victim.stateDigest();

        assertThat(inject(mfn, Kind.CORRECTED).outcome()).isEqualTo(Outcome.COUNTED);
        assertThat(inject(mfn + 1, Kind.CORRECTED).corrected()).isEqualTo(1);
        assertThat(inject(mfn, Kind.CORRECTED).corrected()).isEqualTo(2);
        assertThat(stateOf(mfn)).isEqualTo(FrameState.IN_USE);
        MemoryError last = inject(mfn, Kind.CORRECTED);

        assertThat(last.outcome()).isEqualTo(Outcome.RETIRED);
        assertThat(last.retirement())
                .isNotNull()
                .extracting(PageRetirement::mode)
                .isEqualTo(Mode.BACKING);
        assertThat(stateOf(mfn)).isEqualTo(FrameState.OFFLINED);
        assertThat(victim.stateDigest()).isEqualTo(digest);
        assertThat(victim.snapshot().state()).isEqualTo(DomainState.PAUSED);
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        assertThat(events).hasSize(4);
    }

    @Test
    void knowsNoErrorsOutsideOfItsMemory() {
        assertThat(host.retirement().injectError(3, Kind.CORRECTED)).isEmpty();
        assertThat(host.retirement().injectError(1L << 40, Kind.UNCORRECTABLE)).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void forgetsErrorsThatAreOlderThanTheWindow() {
        CorrectedErrors errors = new CorrectedErrors();
        errors.setPolicy(new MemoryError.Policy(3, Duration.ofNanos(100)));
        assertThat(errors.note(5, 0)).isEqualTo(1);
        assertThat(errors.note(5, 50)).isEqualTo(2);
        assertThat(errors.note(5, 101)).isEqualTo(2);
        assertThat(errors.note(5, 102)).isEqualTo(3);
        assertThat(errors.isTooMany(3)).isTrue();
        assertThat(errors.isTooMany(2)).isFalse();
    }
}
