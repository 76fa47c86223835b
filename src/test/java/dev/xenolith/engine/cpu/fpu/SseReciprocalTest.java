package dev.xenolith.engine.cpu.fpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The approximations keep the bound the manuals give, and the special values. */
class SseReciprocalTest {
    private static final double BOUND = 1.5 / 4096;

    private final FpuState state = new FpuState();

    @Test
    void staysWithinTheBoundOfTheManual() {
        Values values = new Values(7);
        for (int i = 0; i < 100_000; i++) {
            int bits = values.single() & 0x7fff_ffff;
            float x = Float.intBitsToFloat(bits);
            double exact = 1.0 / x;
            if (!SingleLane.normal(bits) || Math.abs(exact) < Float.MIN_NORMAL) {
                continue;
            }
            float reciprocal = Float.intBitsToFloat(SseReciprocal.reciprocal(state, 0, bits));
            float root = Float.intBitsToFloat(SseReciprocal.reciprocalRoot(state, 0, bits));
            assertThat(Math.abs(reciprocal - exact) / exact).isLessThan(BOUND);
            assertThat(Math.abs(root - Math.sqrt(exact)) / Math.sqrt(exact)).isLessThan(BOUND);
        }
    }

    @Test
    void takesDenormalsForZeroAndMakesTinyResultsZero() {
        assertThat(SseReciprocal.reciprocal(state, 0, 0x8000_0001)).isEqualTo(0xff80_0000);
        assertThat(SseReciprocal.reciprocal(state, 0, 0xff7f_ffff)).isEqualTo(0x8000_0000);
        assertThat(SseReciprocal.reciprocal(state, 0, 0x7f80_0000)).isZero();
        assertThat(SseReciprocal.reciprocalRoot(state, 0, 0x8000_0001)).isEqualTo(0xff80_0000);
    }

    @Test
    void makesNansQuietAndRootsOfNegativesIndefinite() {
        assertThat(SseReciprocal.reciprocal(state, 0, 0x7f80_0001)).isEqualTo(0x7fc0_0001);
        assertThat(SseReciprocal.reciprocalRoot(state, 0, 0xbf80_0000)).isEqualTo(0xffc0_0000);
    }
}
