package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.cpu.Gpr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the interpreter raises for instructions of this unit, and that a fault leaves everything as it was. */
class FpuFaultTest {
    private static final String UD = "6/-1";
    private static final String NM = "7/-1";
    private static final String GP = "13/0";
    private static final String WRITE_FAULT = "14/2";
    private static final String MF = "16/-1";
    private static final String XM = "19/-1";

    /** paddb, movaps, fld1, fwait, fxsave, emms, fnstsw ax, haddps, lddqu (also misaligned haddps), fisttp. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0ffcca",
                "0f28ca",
                "d9e8",
                "9b",
                "0fae4240",
                "0f77",
                "dfe0",
                "f20f7cca",
                "f20ff04a40",
                "f20f7c4a41",
                "df4a40"
            })
    void raisesNmWhereTheTaskWasSwitched(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        guest.cpu.setTaskSwitched(true);
        guest.run();
        assertThat(guest.exceptions).containsExactly(NM);
    }

    /** fld1, fwait, emms, paddb of MMX registers, movq2dq, fisttp. */
    @ParameterizedTest
    @ValueSource(strings = {"d9e8", "9b", "0f77", "0ffcca", "f30fd6ca", "dd4a40"})
    void waitsForAPendingException(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        pend(guest);
        guest.run();
        assertThat(guest.exceptions).containsExactly(MF);
    }

    /** fnclex, fninit, fnstsw ax, fnstcw, paddb of XMM registers, fxsave, addsubps. */
    @ParameterizedTest
    @ValueSource(strings = {"dbe2", "dbe3", "dfe0", "d97a40", "660ffcca", "0fae4240", "f20fd0ca"})
    void runsNonWaitingInstructionsAllTheSame(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        pend(guest);
        guest.run();
        assertThat(guest.exceptions).isEmpty();
    }

    private static void pend(DecodingCpu guest) {
        guest.cpu.fpu().controlWord = 0x37e;
        guest.cpu.fpu().setStatusWord(1);
    }

    /** movaps load and store, addps, movntdq, fxsave, fxrstor; movsldup, movshdup, haddpd, hsubps, addsubps, addsubpd. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0f284a41",
                "0f294a41",
                "0f584a41",
                "660fe74a41",
                "0fae4241",
                "0fae4a41",
                "f30f124a41",
                "f30f164a41",
                "660f7c4a41",
                "f20f7d4a41",
                "f20fd04a41",
                "660fd04a41"
            })
    void refusesMisalignedOperands(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        guest.run();
        assertThat(guest.exceptions).containsExactly(GP);
    }

    /** movups, movdqu, addss, cvtps2pd, lddqu, movddup, fisttp m64. */
    @ParameterizedTest
    @ValueSource(strings = {"0f104a41", "f30f6f4a41", "f30f584a41", "0f5a4a41", "f20ff04a41", "f20f124a41", "dd4a41"})
    void acceptsMisalignedOperandsWhereTheHardwareDoes(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        guest.run();
        assertThat(guest.exceptions).isEmpty();
    }

    /**
     * pshufb, pminsd, movaps with F2, movlps between registers with 66, 71 /0; the neighbours of SSE3: lddqu between
     * registers and without F2, F0 with 66, haddps and addsubps without a prefix and with F3, movshdup with F2, d9 /1.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f20ff0ca",
                "0ff04a40",
                "660ff04a40",
                "0f7cca",
                "f30f7cca",
                "0fd0ca",
                "f30fd0ca",
                "f20f16ca",
                "d94a40",
                "660f3800ca",
                "660f3839ca",
                "f20f28ca",
                "660f12ca",
                "660f71c205"
            })
    void doesNotKnowWhatIsNotOffered(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        guest.run();
        assertThat(guest.exceptions).containsExactly(UD);
    }

    /** haddps, movddup, lddqu, fisttp. */
    @ParameterizedTest
    @ValueSource(strings = {"f0f20f7c4a40", "f0f20f124a40", "f0f20ff04a40", "f0db4a40"})
    void doesNotKnowThemLocked(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        guest.cpu.setTaskSwitched(true);
        guest.run();
        assertThat(guest.exceptions).containsExactly(UD);
    }

    @Test
    void raisesXmAndLeavesTheDestination() {
        DecodingCpu guest = new DecodingCpu("f20f5eca"); // divsd xmm1, xmm2
        guest.cpu.fpu().mxcsr = Mxcsr.INITIAL & ~(Mxcsr.ZE << Mxcsr.MASK_SHIFT);
        guest.cpu.fpu().xmm[2] = 0x3ff0_0000_0000_0000L;
        guest.run();
        assertThat(guest.exceptions).containsExactly(XM);
        assertThat(guest.cpu.fpu().xmm[2]).isEqualTo(0x3ff0_0000_0000_0000L);
        assertThat(guest.cpu.rip()).isEqualTo(DecodingCpu.CODE);
    }

    @Test
    void refusesReservedBitsOfMxcsr() {
        DecodingCpu guest = new DecodingCpu("0fae5240"); // ldmxcsr
        guest.ram.set(JAVA_INT, DecodingCpu.DATA + HostCpu.MEMORY, 0x1_1f80);
        guest.run();
        assertThat(guest.exceptions).containsExactly(GP);
        assertThat(guest.cpu.fpu().mxcsr).isEqualTo(Mxcsr.INITIAL);
    }

    /** fstp m32, m64, m80; fistp m64; fisttp m16, m32, m64; fbstp; fnsave; fnstenv; movups across the end of a page; movq from mm. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "d95a40",
                "dd5a40",
                "db7a40",
                "df7a40",
                "df4a40",
                "db4a40",
                "dd4a40",
                "df7240",
                "dd7240",
                "d97240",
                "0f114a40",
                "0f7f4a40"
            })
    void changesNothingWhereAStoreFaults(String instruction) {
        DecodingCpu guest = new DecodingCpu(instruction);
        FpuState state = guest.cpu.fpu();
        state.top = 3;
        state.occupied = 0x08;
        state.significand[3] = 0x9234_5678_9abc_def1L;
        state.signExponent[3] = 0x3fff;
        FpuState before = state.copy();
        long lastBytes = DecodingCpu.UNMAPPED - 1;
        guest.cpu.setGpr(Gpr.RDX, lastBytes - HostCpu.MEMORY);
        guest.ram.set(JAVA_BYTE, lastBytes, (byte) 0x55);
        guest.run();
        assertThat(guest.exceptions).containsExactly(WRITE_FAULT);
        assertThat(state.sameAs(before)).isTrue();
        assertThat(guest.ram.get(JAVA_BYTE, lastBytes)).isEqualTo((byte) 0x55);
    }

    @Test
    void remembersTheLastInstructionForFnstenv() {
        DecodingCpu guest = new DecodingCpu("d94240"); // fld dword
        guest.run();
        assertThat(guest.cpu.fpu().lastInstruction).isEqualTo(DecodingCpu.CODE);
        assertThat(guest.cpu.fpu().lastData).isEqualTo(DecodingCpu.DATA + HostCpu.MEMORY);
        assertThat(guest.cpu.fpu().lastOpcode).isEqualTo(0x142);
    }
}
