package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameNumbersTest {

    @Test
    void agreesWithAMapThroughPutsAndRemovals() {
        FrameNumbers numbers = new FrameNumbers();
        Map<Long, Long> model = new HashMap<>();
        Random random = new Random(3);
        for (int step = 0; step < 200_000; step++) {
            long key = random.nextInt(2000);
            if (random.nextInt(5) < 3) {
                long value = random.nextInt();
                numbers.put(key, value);
                model.put(key, value);
            } else {
                Long removed = model.remove(key);
                assertThat(numbers.remove(key)).isEqualTo(removed == null ? FrameNumbers.ABSENT : removed);
            }
        }
        for (long key = -5; key < 2005; key++) {
            assertThat(numbers.get(key)).isEqualTo(model.getOrDefault(key, FrameNumbers.ABSENT));
        }
    }

    @Test
    void knowsNothingAtFirst() {
        FrameNumbers numbers = new FrameNumbers();
        assertThat(numbers.get(7)).isEqualTo(FrameNumbers.ABSENT);
        assertThat(numbers.get(Long.MIN_VALUE)).isEqualTo(FrameNumbers.ABSENT);
        assertThat(numbers.remove(7)).isEqualTo(FrameNumbers.ABSENT);
    }
}
