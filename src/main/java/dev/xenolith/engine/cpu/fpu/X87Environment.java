package dev.xenolith.engine.cpu.fpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The environment in memory, as 64-bit code sees it: the protected-mode layouts of SDM volume 1, figures 8-9 and 8-11.
 *
 * <pre>
 *   32-bit  0 FCW  4 FSW  8 FTW  12 FIP  16 FCS, opcode &lt;&lt; 16  20 FDP  24 FDS    (unused halves are ones)
 *   16-bit  0 FCW  2 FSW  4 FTW   6 FIP   8 FCS               10 FDP  12 FDS
 *   then, in FNSAVE, ST(0) to ST(7), ten bytes each
 * </pre>
 *
 * The selectors read as zero, as on processors that no longer keep them.
 */
final class X87Environment {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int VALID = 0;
    private static final int ZERO = 1;
    private static final int SPECIAL = 2;
    private static final int EMPTY = 3;

    private X87Environment() {}

    /** Returns where the registers follow. */
    static int write(FpuState s, boolean wide) {
        return wide ? writeWide(s) : writeNarrow(s);
    }

    private static int writeWide(FpuState s) {
        byte[] to = s.environment;
        INT.set(to, 0, 0xffff_0000 | s.controlWord);
        INT.set(to, 4, 0xffff_0000 | s.statusWord());
        INT.set(to, 8, 0xffff_0000 | tagWord(s));
        INT.set(to, 12, (int) s.lastInstruction);
        INT.set(to, 16, s.lastOpcode << 16);
        INT.set(to, 20, (int) s.lastData);
        INT.set(to, 24, 0xffff_0000);
        return 28;
    }

    private static int writeNarrow(FpuState s) {
        byte[] to = s.environment;
        SHORT.set(to, 0, (short) s.controlWord);
        SHORT.set(to, 2, (short) s.statusWord());
        SHORT.set(to, 4, (short) tagWord(s));
        SHORT.set(to, 6, (short) s.lastInstruction);
        SHORT.set(to, 8, (short) 0);
        SHORT.set(to, 10, (short) s.lastData);
        SHORT.set(to, 12, (short) 0);
        return 14;
    }

    static void writeRegisters(FpuState s, int offset) {
        for (int i = 0; i < 8; i++) {
            int register = X87Stack.physical(s, i);
            LONG.set(s.environment, offset + 10 * i, s.significand[register]);
            SHORT.set(s.environment, offset + 10 * i + 8, (short) s.signExponent[register]);
        }
    }

    static int read(FpuState s, boolean wide) {
        byte[] from = s.environment;
        int step = wide ? 4 : 2;
        s.controlWord = FxsaveImage.normaliseControl((short) SHORT.get(from, 0));
        s.setStatusWord((short) SHORT.get(from, step));
        setTagWord(s, (short) SHORT.get(from, 2 * step));
        if (wide) {
            s.lastInstruction = (int) INT.get(from, 12) & 0xffff_ffffL;
            s.lastOpcode = (int) INT.get(from, 16) >> 16 & 0x7ff;
            s.lastData = (int) INT.get(from, 20) & 0xffff_ffffL;
            return 28;
        }
        s.lastInstruction = (short) SHORT.get(from, 6) & 0xffff;
        s.lastOpcode = 0;
        s.lastData = (short) SHORT.get(from, 10) & 0xffff;
        return 14;
    }

    static void readRegisters(FpuState s, int offset) {
        for (int i = 0; i < 8; i++) {
            int register = X87Stack.physical(s, i);
            s.significand[register] = (long) LONG.get(s.environment, offset + 10 * i);
            s.signExponent[register] = (short) SHORT.get(s.environment, offset + 10 * i + 8) & 0xffff;
        }
    }

    /** Two bits a physical register. */
    static int tagWord(FpuState s) {
        int word = 0;
        for (int register = 7; register >= 0; register--) {
            word = word << 2 | tag(s, register);
        }
        return word;
    }

    private static int tag(FpuState s, int register) {
        if ((s.occupied >> register & 1) == 0) {
            return EMPTY;
        }
        int biased = s.signExponent[register] & 0x7fff;
        if (biased == 0) {
            return s.significand[register] == 0 ? ZERO : SPECIAL;
        }
        return biased == 0x7fff || s.significand[register] >= 0 ? SPECIAL : VALID;
    }

    private static void setTagWord(FpuState s, int word) {
        s.occupied = 0;
        for (int register = 0; register < 8; register++) {
            s.occupied |= (word >> (2 * register) & 3) == EMPTY ? 0 : 1 << register;
        }
    }
}
