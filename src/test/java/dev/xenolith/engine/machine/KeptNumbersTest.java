package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers and frames beside two plain maps: in runs, with gaps, more runs than are kept, and given anew. */
class KeptNumbersTest {

    private static final int NUMBERS = 4000;

    private final KeptNumbers kept = new KeptNumbers();
    private final Map<Long, Integer> frames = new HashMap<>();
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Random random = new Random(11);

    @Test
    void agreesWithMapsForOneRun() {
        for (int i = 0; i < NUMBERS; i++) {
            put(1000 + i, 50 + i);
        }
        assertAgree();
        churn();
    }

    @Test
    void agreesWithMapsForMoreRunsThanItKeeps() {
        int mfn = 100;
        for (long number = 0; number < NUMBERS; number++) {
            mfn += random.nextInt(4) == 0 ? 2 : 1;
            if (random.nextInt(6) > 0) {
                put(number, mfn);
            }
        }
        assertAgree();
        churn();
    }

    @Test
    void agreesWithMapsInAnyOrder() {
        for (int i = 0; i < NUMBERS; i++) {
            long number = random.nextInt(NUMBERS);
            if (!frames.containsKey(number)) {
                put(number, 7 + i);
            }
        }
        assertAgree();
        churn();
    }

    /** Frames go, and come back under other numbers or their own. */
    private void churn() {
        for (int step = 0; step < 20_000; step++) {
            long number = random.nextInt(NUMBERS + 1500);
            int mfn = random.nextInt(NUMBERS + 5000);
            if (random.nextBoolean()) {
                remove(mfn);
            } else if (!frames.containsKey(number) && !numbers.containsKey(mfn)) {
                put(number, mfn);
            }
        }
        assertAgree();
    }

    private void put(long number, int mfn) {
        kept.put(number, mfn);
        frames.put(number, mfn);
        numbers.put(mfn, number);
    }

    private void remove(int mfn) {
        Long number = numbers.remove(mfn);
        assertThat(kept.remove(mfn)).isEqualTo(number == null ? FrameNumbers.ABSENT : number);
        if (number != null) {
            frames.remove(number);
        }
    }

    private void assertAgree() {
        for (long number = -3; number < NUMBERS + 3000; number++) {
            assertThat(kept.frameOf(number)).isEqualTo(frames.getOrDefault(number, FrameView.NOT_OURS));
        }
        for (int mfn = 0; mfn < NUMBERS + 6000; mfn++) {
            assertThat(kept.numberOf(mfn)).isEqualTo(numbers.getOrDefault(mfn, FrameNumbers.ABSENT));
        }
    }
}
