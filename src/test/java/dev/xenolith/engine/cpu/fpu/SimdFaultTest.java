package dev.xenolith.engine.cpu.fpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmasked SIMD exceptions, which the host cannot show us: the facts are SDM volume 1, 11.5.2 and 11.5.3. */
class SimdFaultTest {
    private static final long ONE = 0x3ff0_0000_0000_0000L;
    private static final long THREE = 0x4008_0000_0000_0000L;
    private static final long SIGNALING = 0x7ff0_0000_0000_0001L;

    private final FpuState state = new FpuState();

    @Test
    void leavesTheDestinationAloneAndRaisesTheFlag() {
        unmask(Mxcsr.ZE);
        state.xmm[2] = ONE;
        run(SseOp.PREFIX_F2, 0x5e, 0);
        assertThat(state.simdFault).isTrue();
        assertThat(state.xmm[2]).isEqualTo(ONE);
        assertThat(state.mxcsr & Mxcsr.FLAGS).isEqualTo(Mxcsr.ZE);
    }

    @Test
    void doesNotFaultOnAMaskedNeighbour() {
        unmask(Mxcsr.IE);
        state.xmm[2] = ONE;
        run(SseOp.PREFIX_F2, 0x5e, 0);
        assertThat(state.simdFault).isFalse();
        assertThat(state.xmm[2]).isEqualTo(0x7ff0_0000_0000_0000L);
        assertThat(state.mxcsr & Mxcsr.FLAGS).isEqualTo(Mxcsr.ZE);
    }

    @Test
    void reportsOnlyWhatIsFoundBeforeComputing() {
        unmask(Mxcsr.IE);
        state.xmm[2] = ONE;
        state.xmm[3] = SIGNALING;
        divide(THREE, ONE);
        assertThat(state.simdFault).isTrue();
        assertThat(state.mxcsr & Mxcsr.FLAGS).isEqualTo(Mxcsr.IE);
    }

    @Test
    void faultsOnAnInexactResult() {
        unmask(Mxcsr.PE);
        state.xmm[2] = ONE;
        run(SseOp.PREFIX_F2, 0x5e, THREE);
        assertThat(state.simdFault).isTrue();
        assertThat(state.xmm[2]).isEqualTo(ONE);
    }

    @Test
    void doesNotFaultOnAnExactOne() {
        unmask(Mxcsr.PE);
        state.xmm[2] = THREE;
        run(SseOp.PREFIX_F2, 0x5e, ONE);
        assertThat(state.simdFault).isFalse();
        assertThat(state.xmm[2]).isEqualTo(THREE);
    }

    @Test
    void takesATinyResultAsUnderflowEvenWhereItIsExact() {
        unmask(Mxcsr.UE);
        state.xmm[2] = 0x0010_0000_0000_0000L;
        run(SseOp.PREFIX_F2, 0x5e, 0x4000_0000_0000_0000L);
        assertThat(state.simdFault).isTrue();
        assertThat(state.mxcsr & Mxcsr.FLAGS).isEqualTo(Mxcsr.UE);
    }

    @Test
    void leavesTheFlagsOfAComparisonUnwritten() {
        unmask(Mxcsr.IE);
        state.lo = -1;
        run(SseOp.PREFIX_66, 0x2e, SIGNALING);
        assertThat(state.simdFault).isTrue();
        assertThat(state.lo).isEqualTo(-1);
    }

    /** haddpd, hsubpd, addsubpd: the fault of one half keeps the other from being written. */
    @ParameterizedTest
    @ValueSource(ints = {0x7c, 0x7d, 0xd0})
    void leavesBothHalvesOfAHorizontalOperationAlone(int opcode) {
        unmask(Mxcsr.IE);
        state.xmm[2] = ONE;
        state.xmm[3] = THREE;
        execute(SseOp.PREFIX_66, opcode, ONE, SIGNALING);
        assertThat(state.simdFault).isTrue();
        assertThat(state.xmm[2]).isEqualTo(ONE);
        assertThat(state.xmm[3]).isEqualTo(THREE);
        assertThat(state.mxcsr & Mxcsr.FLAGS).isEqualTo(Mxcsr.IE);
    }

    /** haddps, hsubps, addsubps, of which one element in four is inexact: 1 and 2^-25. */
    @ParameterizedTest
    @ValueSource(ints = {0x7c, 0x7d, 0xd0})
    void faultsOnOneInexactElement(int opcode) {
        unmask(Mxcsr.PE);
        state.xmm[2] = 0x3f80_0000_3f80_0000L;
        state.xmm[3] = 0x3f80_0000_3f80_0000L;
        execute(SseOp.PREFIX_F2, opcode, 0x3300_0000_3f80_0000L, 0);
        assertThat(state.simdFault).isTrue();
        assertThat(state.xmm[2]).isEqualTo(0x3f80_0000_3f80_0000L);
        assertThat(state.mxcsr & Mxcsr.FLAGS).isEqualTo(Mxcsr.PE);
    }

    /** movddup, movsldup, movshdup. */
    @ParameterizedTest
    @CsvSource({"3, 0x12", "2, 0x12", "2, 0x16"})
    void copiesNansWithoutLookingAtThem(int prefix, int opcode) {
        unmask(Mxcsr.IE);
        execute(prefix, opcode, 0x7f80_0001_7f80_0001L, 0x7f80_0001_7f80_0001L);
        assertThat(state.simdFault).isFalse();
        assertThat(state.xmm[2]).isEqualTo(0x7f80_0001_7f80_0001L);
        assertThat(state.mxcsr & Mxcsr.FLAGS).isZero();
    }

    private void unmask(int flag) {
        state.mxcsr = Mxcsr.INITIAL & ~(flag << Mxcsr.MASK_SHIFT);
    }

    private void divide(long lo, long hi) {
        execute(SseOp.PREFIX_66, 0x5e, lo, hi);
    }

    private void run(int prefix, int opcode, long operand) {
        execute(prefix, opcode, operand, 0);
    }

    private void execute(int prefix, int opcode, long lo, long hi) {
        SseOp op = Objects.requireNonNull(SseOp.lookup(prefix, opcode, 0xca, false));
        op.body.execute(state, 1, lo, hi, 0);
    }
}
