package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.FLAGS;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MEMORY;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.XMM;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_66;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F2;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F3;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_NONE;

import dev.xenolith.engine.cpu.fpu.SseOp.Body;

/** Floating-point arithmetic, comparison and logic. */
final class SseFloatRows {
    private static final int PS = PREFIX_NONE;
    private static final int PD = PREFIX_66;
    private static final int SS = PREFIX_F3;
    private static final int SD = PREFIX_F2;

    private SseFloatRows() {}

    static void add(SseTable t) {
        fourForms(t, 0x51, "sqrt", SingleLane::root, DoubleLane::root);
        fourForms(t, 0x58, "add", SingleLane::add, DoubleLane::add);
        fourForms(t, 0x59, "mul", SingleLane::multiply, DoubleLane::multiply);
        fourForms(t, 0x5c, "sub", SingleLane::subtract, DoubleLane::subtract);
        fourForms(t, 0x5d, "min", SingleLane::minimum, DoubleLane::minimum);
        fourForms(t, 0x5e, "div", SingleLane::divide, DoubleLane::divide);
        fourForms(t, 0x5f, "max", SingleLane::maximum, DoubleLane::maximum);
        approximations(t);
        comparisons(t);
        logic(t);
        unpacking(t);
    }

    private static void fourForms(
            SseTable t, int opcode, String name, SingleLane.Operation single, DoubleLane.Operation dual) {
        t.xmm(PS, opcode, name + "ps", 16, SseArithmetic.packedSingle(single), SseRow::simd);
        t.xmm(PD, opcode, name + "pd", 16, SseArithmetic.packedDouble(dual), SseRow::simd);
        t.xmm(SS, opcode, name + "ss", 4, SseArithmetic.scalarSingle(single), SseRow::simd);
        t.xmm(SD, opcode, name + "sd", 8, SseArithmetic.scalarDouble(dual), SseRow::simd);
    }

    private static void approximations(SseTable t) {
        t.xmm(PS, 0x52, "rsqrtps", 16, SseArithmetic.packedSingle(SseReciprocal::reciprocalRoot));
        t.xmm(SS, 0x52, "rsqrtss", 4, SseArithmetic.scalarSingle(SseReciprocal::reciprocalRoot));
        t.xmm(PS, 0x53, "rcpps", 16, SseArithmetic.packedSingle(SseReciprocal::reciprocal));
        t.xmm(SS, 0x53, "rcpss", 4, SseArithmetic.scalarSingle(SseReciprocal::reciprocal));
    }

    private static void comparisons(SseTable t) {
        t.xmm(PS, 0xc2, "cmpps", 16, SseCompare::singles, row -> row.simd().immediate());
        t.xmm(PD, 0xc2, "cmppd", 16, SseCompare::doubles, row -> row.simd().immediate());
        t.xmm(SS, 0xc2, "cmpss", 4, SseCompare::oneSingle, row -> row.simd().immediate());
        t.xmm(SD, 0xc2, "cmpsd", 8, SseCompare::oneDouble, row -> row.simd().immediate());
        toFlags(t, PS, 0x2e, "ucomiss", 4, SseCompare::ucomiss);
        toFlags(t, PD, 0x2e, "ucomisd", 8, SseCompare::ucomisd);
        toFlags(t, PS, 0x2f, "comiss", 4, SseCompare::comiss);
        toFlags(t, PD, 0x2f, "comisd", 8, SseCompare::comisd);
    }

    private static void toFlags(SseTable t, int prefix, int opcode, String name, int bytes, Body body) {
        t.register(prefix, opcode, new SseRow(name, body).move(FLAGS, XMM).simd());
        t.memory(
                prefix,
                opcode,
                new SseRow(name, body).move(FLAGS, MEMORY).bytes(bytes).simd());
    }

    private static void logic(SseTable t) {
        for (int prefix = PS; prefix <= PD; prefix++) {
            String suffix = prefix == PS ? "ps" : "pd";
            t.xmm(prefix, 0x54, "and" + suffix, 16, Packed.xmm(Logic::and));
            t.xmm(prefix, 0x55, "andn" + suffix, 16, Packed.xmm(Logic::andNot));
            t.xmm(prefix, 0x56, "or" + suffix, 16, Packed.xmm(Logic::or));
            t.xmm(prefix, 0x57, "xor" + suffix, 16, Packed.xmm(Logic::xor));
        }
    }

    private static void unpacking(SseTable t) {
        t.xmm(PS, 0x14, "unpcklps", 16, Packed.unpackLow(Shuffle::lowDwords, Shuffle::highDwords));
        t.xmm(PS, 0x15, "unpckhps", 16, Packed.unpackHigh(Shuffle::lowDwords, Shuffle::highDwords));
        t.xmm(PD, 0x14, "unpcklpd", 16, Shuffle::lowQwords);
        t.xmm(PD, 0x15, "unpckhpd", 16, Shuffle::highQwords);
    }
}
