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
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every step of an exchange is made to fail in turn, for a page of every kind that pebble has: whatever was begun must
 * leave no trace. Then the exchange is let through, so the test cannot pass by never getting so far. Pages that other
 * guests register with the hypervisor are {@link RegisteredPagesTest}'s.
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
            FailingSteps passed = FailingSteps.through(pebble, kind, kinds.all().get(kind));
            names.addAll(passed.steps());
            kinds.follow(passed.result());
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
        pebble.goOn();
        assertThat(pebble.pebbles.printed()).contains("resume: cancelled").doesNotContain("changed:");
        pebble.expectSound();
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
