package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The 512 bytes, by a second reading of the manual's table 10-2; the oracle tests compare them with the hardware's. */
class FxsaveImageTest {
    private final MemorySegment image = MemorySegment.ofArray(new byte[600]);
    private final FpuState state = new FpuState();

    @Test
    void writesTheStateOfAFreshVcpu() {
        FxsaveImage.write(state, image, 8);
        assertThat(image.get(JAVA_SHORT_UNALIGNED, 8)).isEqualTo((short) 0x37f);
        assertThat(image.get(JAVA_SHORT_UNALIGNED, 10)).isZero();
        assertThat(image.get(JAVA_BYTE, 12)).isZero();
        assertThat(image.get(JAVA_INT_UNALIGNED, 8 + 24)).isEqualTo(0x1f80);
        assertThat(image.get(JAVA_INT_UNALIGNED, 8 + 28)).isEqualTo(0xffff);
    }

    @Test
    void placesRegistersWhereTheManualDoes() {
        state.top = 6;
        state.occupied = 0xc0;
        state.significand[6] = 0x8000_0000_0000_0001L;
        state.signExponent[6] = 0xbfff;
        state.xmm[31] = 0x1122_3344_5566_7788L;
        FxsaveImage.write(state, image, 0);
        assertThat(image.get(JAVA_SHORT_UNALIGNED, 2)).isEqualTo((short) 0x3000);
        assertThat(image.get(JAVA_BYTE, 4)).isEqualTo((byte) 0xc0);
        assertThat(image.get(JAVA_LONG_UNALIGNED, 32)).isEqualTo(0x8000_0000_0000_0001L);
        assertThat(image.get(JAVA_SHORT_UNALIGNED, 40)).isEqualTo((short) 0xbfff);
        assertThat(image.get(JAVA_LONG_UNALIGNED, 160 + 248)).isEqualTo(0x1122_3344_5566_7788L);
    }

    @Test
    void readsBackWhatItWrote() {
        Values values = new Values(3);
        for (int i = 0; i < 32; i++) {
            state.xmm[i] = values.any();
        }
        for (int i = 0; i < 8; i++) {
            state.significand[i] = values.any();
            state.signExponent[i] = values.below(0x10000);
        }
        state.top = 3;
        state.occupied = 0x5a;
        state.lastInstruction = values.any();
        state.lastData = values.any();
        state.lastOpcode = 0x7ff;
        state.mxcsr = 0xffbf;
        FxsaveImage.write(state, image, 0);
        FpuState other = new FpuState();
        assertThat(other.sameAs(state)).isFalse();
        assertThat(FxsaveImage.read(other, image, 0)).isTrue();
        assertThat(other.sameAs(state)).isTrue();
        assertThat(state.copy().sameAs(state)).isTrue();
    }

    @Test
    void refusesReservedBitsOfMxcsrAndChangesNothing() {
        FxsaveImage.write(state, image, 0);
        image.set(JAVA_INT_UNALIGNED, 24, 0x1_1f80);
        image.set(JAVA_SHORT_UNALIGNED, 0, (short) 0x27f);
        assertThat(FxsaveImage.read(state, image, 0)).isFalse();
        assertThat(state.sameAs(new FpuState())).isTrue();
    }

    @Test
    void recomputesTheSummaryOfUnmaskedExceptions() {
        FxsaveImage.write(state, image, 0);
        image.set(JAVA_SHORT_UNALIGNED, 0, (short) 0x37e);
        image.set(JAVA_SHORT_UNALIGNED, 2, (short) 0x0001);
        assertThat(FxsaveImage.read(state, image, 0)).isTrue();
        assertThat(state.x87ExceptionPending()).isTrue();
        image.set(JAVA_SHORT_UNALIGNED, 0, (short) 0x37f);
        assertThat(FxsaveImage.read(state, image, 0)).isTrue();
        assertThat(state.x87ExceptionPending()).isFalse();
    }
}
