package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every frame is taken from under a guest that is not asked, and that could not tell. */
class BackingReplacementTest {

    private final Pebble pebbles = new Pebble();
    private HostedDomain pebble;

    @BeforeEach
    void boot() throws Exception {
        pebble = (HostedDomain) pebbles.boot();
        pebble.runInstructions(SuspendedPebble.A_WHILE);
    }

    @AfterEach
    void close() {
        pebbles.host().close();
    }

    private List<Integer> frames() {
        List<Integer> frames = new ArrayList<>();
        pebble.guest().memory().machine().forEachFrame(pebble.guest().memory().owner(), frames::add);
        return frames;
    }

    @Test
    void leavesEverythingThatTheGuestKnowsAsItWas() {
        String digest = pebble.stateDigest();
        List<Integer> before = frames();
        for (int mfn : before) {
            PageRetirement result = pebbles.host().retirement().retire(mfn, Mode.BACKING);
            assertThat(result.state()).as("%s", result).isEqualTo(State.OFFLINED);
            assertThat(result.mode()).isEqualTo(Mode.BACKING);
        }
        assertThat(pebble.stateDigest()).isEqualTo(digest);
        assertThat(frames()).doesNotContainAnyElementsOf(before);
        assertThat(pebbles.host().audit(Optional.empty()).violations()).isEmpty();
        for (int mfn : before) {
            assertThat(pebbles.host().frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
        }
    }

    @Test
    void runsAsItWouldHaveRun() throws Exception {
        frames().forEach(mfn -> pebbles.host().retirement().retire(mfn, Mode.BACKING));
        assertGoesOn();

        Pebble others = new Pebble();
        HostedDomain undisturbed = (HostedDomain) others.boot();
        undisturbed.runInstructions(SuspendedPebble.A_WHILE);
        others.type(undisturbed, "hash");
        undisturbed.runInstructions(SuspendedPebble.A_WHILE);
        others.host().close();
        assertThat(others.printed()).isEqualTo(pebbles.printed());
    }

    private void assertGoesOn() {
        pebbles.type(pebble, "hash");
        pebble.runInstructions(SuspendedPebble.A_WHILE);
        assertThat(pebbles.printed()).contains("0 changed: GOOD");
        assertThat(pebbles.host().audit(Optional.empty()).violations()).isEmpty();
    }

    @Test
    void takesFramesBackThatWerePutOnlineAgain() {
        List<Integer> before = frames();
        for (int round = 0; round < 3; round++) {
            for (int mfn : frames()) {
                pebbles.host().retirement().retire(mfn, Mode.BACKING);
            }
            before.forEach(mfn -> pebbles.host().retirement().online(mfn, 1));
            frames().forEach(mfn -> pebbles.host().retirement().online(mfn, 1));
        }
        assertGoesOn();
    }
}
