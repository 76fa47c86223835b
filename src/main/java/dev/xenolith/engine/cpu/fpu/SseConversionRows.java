package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.GPR;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MEMORY;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MM;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.XMM;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_66;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F2;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F3;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_NONE;

import dev.xenolith.engine.cpu.fpu.SseOp.Body;

/** Conversions. */
final class SseConversionRows {
    private SseConversionRows() {}

    static void add(SseTable t) {
        betweenFloats(t);
        fromIntegers(t);
        toPackedIntegers(t);
        toGeneralRegisters(t, 0x2c, true);
        toGeneralRegisters(t, 0x2d, false);
        toMmx(t, 0x2c, true);
        toMmx(t, 0x2d, false);
    }

    private static void betweenFloats(SseTable t) {
        t.xmm(PREFIX_NONE, 0x5a, "cvtps2pd", 8, SseConversions::ps2pd, SseRow::simd);
        t.xmm(PREFIX_66, 0x5a, "cvtpd2ps", 16, SseConversions::pd2ps, SseRow::simd);
        t.xmm(PREFIX_F3, 0x5a, "cvtss2sd", 4, SseConversions::ss2sd, SseRow::simd);
        t.xmm(PREFIX_F2, 0x5a, "cvtsd2ss", 8, SseConversions::sd2ss, SseRow::simd);
    }

    private static void fromIntegers(SseTable t) {
        t.xmm(PREFIX_NONE, 0x5b, "cvtdq2ps", 16, SseConversions::dq2ps, SseRow::simd);
        t.xmm(PREFIX_F3, 0xe6, "cvtdq2pd", 8, SseConversions::dq2pd);
        fromGeneral(t, PREFIX_F3, false, "cvtsi2ss", SseConversions::si2ss);
        fromGeneral(t, PREFIX_F3, true, "cvtsi2ss", SseConversions::si2ssLong);
        fromGeneral(t, PREFIX_F2, false, "cvtsi2sd", SseConversions::si2sd);
        fromGeneral(t, PREFIX_F2, true, "cvtsi2sd", SseConversions::si2sdLong);
        t.register(
                PREFIX_NONE,
                0x2a,
                new SseRow("cvtpi2ps", MmxConversions::pi2ps).move(XMM, MM).simd());
        // From memory no MMX register is touched, and the hardware leaves the x87 stack alone.
        t.memory(
                PREFIX_NONE,
                0x2a,
                new SseRow("cvtpi2ps", MmxConversions::pi2psFromMemory)
                        .move(XMM, MEMORY)
                        .bytes(8)
                        .simd());
        t.register(PREFIX_66, 0x2a, new SseRow("cvtpi2pd", MmxConversions::pi2pd).move(XMM, MM));
        t.memory(
                PREFIX_66,
                0x2a,
                new SseRow("cvtpi2pd", SseConversions::dq2pd).move(XMM, MEMORY).bytes(8));
    }

    private static void fromGeneral(SseTable t, int prefix, boolean rexW, String name, Body body) {
        t.register(prefix, 0x2a, rexW, new SseRow(name, body).move(XMM, GPR).simd());
        t.memory(
                prefix,
                0x2a,
                rexW,
                new SseRow(name, body).move(XMM, MEMORY).bytes(rexW ? 8 : 4).simd());
    }

    private static void toPackedIntegers(SseTable t) {
        t.xmm(PREFIX_66, 0x5b, "cvtps2dq", 16, SseConversions.ps2dq(false), SseRow::simd);
        t.xmm(PREFIX_F3, 0x5b, "cvttps2dq", 16, SseConversions.ps2dq(true), SseRow::simd);
        t.xmm(PREFIX_F2, 0xe6, "cvtpd2dq", 16, SseConversions.pd2dq(false), SseRow::simd);
        t.xmm(PREFIX_66, 0xe6, "cvttpd2dq", 16, SseConversions.pd2dq(true), SseRow::simd);
    }

    private static void toGeneralRegisters(SseTable t, int opcode, boolean truncate) {
        String convert = truncate ? "cvtt" : "cvt";
        for (int wide = 0; wide < 2; wide++) {
            boolean rexW = wide == 1;
            int bits = rexW ? 64 : 32;
            Body single = SseConversions.ss2si(truncate, bits);
            Body dual = SseConversions.sd2si(truncate, bits);
            toGeneral(t, PREFIX_F3, opcode, rexW, convert + "ss2si", 4, single);
            toGeneral(t, PREFIX_F2, opcode, rexW, convert + "sd2si", 8, dual);
        }
    }

    private static void toGeneral(SseTable t, int prefix, int opcode, boolean rexW, String name, int bytes, Body body) {
        t.register(prefix, opcode, rexW, new SseRow(name, body).move(GPR, XMM).simd());
        t.memory(
                prefix,
                opcode,
                rexW,
                new SseRow(name, body).move(GPR, MEMORY).bytes(bytes).simd());
    }

    private static void toMmx(SseTable t, int opcode, boolean truncate) {
        String convert = truncate ? "cvtt" : "cvt";
        toMm(t, PREFIX_NONE, opcode, convert + "ps2pi", 8, MmxConversions.ps2pi(truncate));
        toMm(t, PREFIX_66, opcode, convert + "pd2pi", 16, MmxConversions.pd2pi(truncate));
    }

    private static void toMm(SseTable t, int prefix, int opcode, String name, int bytes, Body body) {
        t.register(prefix, opcode, new SseRow(name, body).move(MM, XMM).simd());
        t.memory(
                prefix,
                opcode,
                new SseRow(name, body).move(MM, MEMORY).bytes(bytes).simd());
    }
}
