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
    void agreesWithMapsForFramesPutTogether() {
        putAll(1000, 600, 512);
        putAll(1512, 1112, 512);
        put(2024, 1624);
        putAll(2600, 3000, 512);
        putAll(3200, 100, 300);
        assertAgree();
        churn();
    }

    @Test
    void agreesWithMapsForMoreFramesPutTogetherThanItKeepsRuns() {
        for (int block = 0; block < 100; block++) {
            putAll(block * 20L, 5 + block * 21, 20);
        }
        assertAgree();
        churn();
    }

    @Test
    void agreesWithMapsForFramesPutTogetherWhereOthersWere() {
        putAll(1000, 600, 512);
        for (int mfn = 650; mfn < 700; mfn++) {
            remove(mfn);
        }
        putAll(1050, 650, 50);
        assertAgree();
        churn();
    }

    private void putAll(long number, int mfn, int count) {
        kept.putAll(number, mfn, count);
        for (int i = 0; i < count; i++) {
            frames.put(number + i, mfn + i);
            numbers.put(mfn + i, number + i);
        }
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
