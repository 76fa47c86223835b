package dev.xenolith.engine.cpu.fpu;

import dev.xenolith.engine.cpu.fpu.X87Op.Transfer;

/**
 * The x87 instructions on registers, those that the manuals no longer print but every processor has included (FCOM2 at
 * DC D0 and so on, which assemblers never make).
 */
final class X87RegisterRows {
    private static final int CF = 1;
    private static final int PF = 4;
    private static final int ZF = 0x40;

    private X87RegisterRows() {}

    static void add(X87Rows t) {
        arithmetic(t);
        comparisons(t);
        moves(t);
        onTop(t);
        constants(t);
        transcendental(t);
        control(t);
    }

    private static void arithmetic(X87Rows t) {
        String[] names = {"fadd", "fmul", "", "", "fsub", "fsubr", "fdiv", "fdivr"};
        String[] reversed = {"fadd", "fmul", "", "", "fsubr", "fsub", "fdivr", "fdiv"};
        for (int reg = 0; reg < 8; reg++) {
            if (reg != 2 && reg != 3) {
                t.registers(0xd8, reg, names[reg], Transfer.NONE, X87Arithmetic.toTop(reg));
                t.registers(0xdc, reg, reversed[reg], Transfer.NONE, X87Arithmetic.toOther(reg));
                t.registers(0xde, reg, reversed[reg] + "p", Transfer.NONE, X87Arithmetic.toOtherAndPop(reg));
            }
        }
    }

    private static void comparisons(X87Rows t) {
        t.registers(0xd8, 2, "fcom", Transfer.NONE, X87Compare.register(true, 0));
        t.registers(0xd8, 3, "fcomp", Transfer.NONE, X87Compare.register(true, 1));
        t.registers(0xdc, 2, "fcom2", Transfer.NONE, X87Compare.register(true, 0));
        t.registers(0xdc, 3, "fcomp3", Transfer.NONE, X87Compare.register(true, 1));
        t.registers(0xde, 2, "fcomp5", Transfer.NONE, X87Compare.register(true, 1));
        t.single(0xde, 0xd9, "fcompp", X87Compare.register(true, 2));
        t.registers(0xdd, 4, "fucom", Transfer.NONE, X87Compare.register(false, 0));
        t.registers(0xdd, 5, "fucomp", Transfer.NONE, X87Compare.register(false, 1));
        t.single(0xda, 0xe9, "fucompp", X87Compare.register(false, 2));
        t.registers(0xdb, 5, "fucomi", Transfer.SET_FLAGS, X87Compare.toFlags(false, 0));
        t.registers(0xdb, 6, "fcomi", Transfer.SET_FLAGS, X87Compare.toFlags(true, 0));
        t.registers(0xdf, 5, "fucomip", Transfer.SET_FLAGS, X87Compare.toFlags(false, 1));
        t.registers(0xdf, 6, "fcomip", Transfer.SET_FLAGS, X87Compare.toFlags(true, 1));
    }

    private static void moves(X87Rows t) {
        t.registers(0xd9, 0, "fld", Transfer.NONE, X87Load::register);
        t.registers(0xd9, 1, "fxch", Transfer.NONE, X87Load::exchange);
        t.registers(0xdd, 1, "fxch4", Transfer.NONE, X87Load::exchange);
        t.registers(0xdf, 1, "fxch7", Transfer.NONE, X87Load::exchange);
        t.registers(0xdd, 0, "ffree", Transfer.NONE, X87Load::free);
        t.registers(0xdf, 0, "ffreep", Transfer.NONE, X87Load::freeAndPop);
        t.registers(0xdd, 2, "fst", Transfer.NONE, X87Load.storeToRegister(false));
        t.registers(0xdd, 3, "fstp", Transfer.NONE, X87Load.storeToRegister(true));
        t.registers(0xd9, 3, "fstp1", Transfer.NONE, X87Load::storeSilentlyAndPop);
        t.registers(0xdf, 2, "fstp8", Transfer.NONE, X87Load.storeToRegister(true));
        t.registers(0xdf, 3, "fstp9", Transfer.NONE, X87Load.storeToRegister(true));
        String[] conditions = {"b", "e", "be", "u"};
        int[] masks = {CF, ZF, CF | ZF, PF};
        for (int i = 0; i < 4; i++) {
            String name = conditions[i];
            t.registers(0xda, i, "fcmov" + name, Transfer.FLAGS, X87Compare.conditionalMove(masks[i], true));
            t.registers(0xdb, i, "fcmovn" + name, Transfer.FLAGS, X87Compare.conditionalMove(masks[i], false));
        }
    }

    private static void onTop(X87Rows t) {
        t.single(0xd9, 0xe0, "fchs", X87Unary::changeSign);
        t.single(0xd9, 0xe1, "fabs", X87Unary::absolute);
        t.single(0xd9, 0xe4, "ftst", X87Compare::test);
        t.single(0xd9, 0xe5, "fxam", X87Unary::examine);
        t.single(0xd9, 0xf4, "fxtract", X87Unary::extract);
        t.single(0xd9, 0xf5, "fprem1", X87Remainder::nearest);
        t.single(0xd9, 0xf6, "fdecstp", X87Load::decrement);
        t.single(0xd9, 0xf7, "fincstp", X87Load::increment);
        t.single(0xd9, 0xf8, "fprem", X87Remainder::truncating);
        t.single(0xd9, 0xfa, "fsqrt", X87Arithmetic::squareRoot);
        t.single(0xd9, 0xfc, "frndint", X87Unary::roundToInteger);
        t.single(0xd9, 0xfd, "fscale", X87Unary::scale);
    }

    private static void constants(X87Rows t) {
        t.single(0xd9, 0xe8, "fld1", X87Load.exactConstant(0x3fff, Num.INTEGER_BIT));
        t.single(0xd9, 0xe9, "fldl2t", X87Load.constant(0x4000, 0xd49a_784b_cd1b_8afeL, false));
        t.single(0xd9, 0xea, "fldl2e", X87Load.constant(0x3fff, 0xb8aa_3b29_5c17_f0bcL, true));
        t.single(0xd9, 0xeb, "fldpi", X87Load.constant(0x4000, 0xc90f_daa2_2168_c235L, true));
        t.single(0xd9, 0xec, "fldlg2", X87Load.constant(0x3ffd, 0x9a20_9a84_fbcf_f799L, true));
        t.single(0xd9, 0xed, "fldln2", X87Load.constant(0x3ffe, 0xb172_17f7_d1cf_79acL, true));
        t.single(0xd9, 0xee, "fldz", X87Load.exactConstant(0, 0));
    }

    private static void transcendental(X87Rows t) {
        t.single(0xd9, 0xf0, "f2xm1", X87Transcendental::f2xm1);
        t.single(0xd9, 0xf1, "fyl2x", X87Transcendental::fyl2x);
        t.single(0xd9, 0xf2, "fptan", X87Transcendental::fptan);
        t.single(0xd9, 0xf3, "fpatan", X87Transcendental::fpatan);
        t.single(0xd9, 0xf9, "fyl2xp1", X87Transcendental::fyl2xp1);
        t.single(0xd9, 0xfb, "fsincos", X87Transcendental::fsincos);
        t.single(0xd9, 0xfe, "fsin", X87Transcendental::fsin);
        t.single(0xd9, 0xff, "fcos", X87Transcendental::fcos);
    }

    private static void control(X87Rows t) {
        t.control(0xd9, 0xd0, "fnop", Transfer.NONE, true, X87Control::nothing);
        t.control(0xdb, 0xe0, "fneni", Transfer.NONE, false, X87Control::nothing);
        t.control(0xdb, 0xe1, "fndisi", Transfer.NONE, false, X87Control::nothing);
        t.control(0xdb, 0xe2, "fnclex", Transfer.NONE, false, X87Control::clearExceptions);
        t.control(0xdb, 0xe3, "fninit", Transfer.NONE, false, X87Control::initialise);
        t.control(0xdb, 0xe4, "fnsetpm", Transfer.NONE, false, X87Control::nothing);
        t.control(0xdf, 0xe0, "fnstsw", Transfer.SET_AX, false, X87Control::storeStatusWord);
    }
}
