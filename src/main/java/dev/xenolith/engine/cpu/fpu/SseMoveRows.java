package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.GPR;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MASKED_MEMORY;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MEMORY;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MM;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.XMM;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_66;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F2;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F3;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_NONE;

import dev.xenolith.engine.cpu.fpu.SseOp.Body;

/** The moves: loads, stores, between register files, shuffles. */
final class SseMoveRows {
    private SseMoveRows() {}

    static void add(SseTable t) {
        wholeRegisters(t);
        scalars(t);
        halves(t);
        generalRegisters(t);
        nonTemporal(t);
        shuffles(t);
        betweenMmxAndXmm(t);
    }

    private static void wholeRegisters(SseTable t) {
        aligned(t, PREFIX_NONE, 0x28, 0x29, "movaps");
        aligned(t, PREFIX_66, 0x28, 0x29, "movapd");
        aligned(t, PREFIX_66, 0x6f, 0x7f, "movdqa");
        unaligned(t, PREFIX_NONE, 0x10, 0x11, "movups");
        unaligned(t, PREFIX_66, 0x10, 0x11, "movupd");
        unaligned(t, PREFIX_F3, 0x6f, 0x7f, "movdqu");
        t.mm(0x6f, "movq", 8, Mmx::move);
        t.register(PREFIX_NONE, 0x7f, new SseRow("movq", Mmx::move).store(MM, MM));
        t.memory(
                PREFIX_NONE,
                0x7f,
                new SseRow("movq", Mmx::store).store(MEMORY, MM).bytes(8));
        t.register(0, 0x77, new SseRow("emms", Mmx::emms).mmx().noModrm());
        t.memory(0, 0x77, new SseRow("emms", Mmx::emms).mmx().noModrm());
    }

    private static void aligned(SseTable t, int prefix, int load, int store, String name) {
        t.xmm(prefix, load, name, 16, Move::whole);
        t.register(prefix, store, new SseRow(name, Move::whole).store(XMM, XMM));
        t.memory(prefix, store, new SseRow(name, Move::out).store(MEMORY, XMM).bytes(16));
    }

    private static void unaligned(SseTable t, int prefix, int load, int store, String name) {
        t.xmm(prefix, load, name, 16, Move::whole, SseRow::unaligned);
        t.register(prefix, store, new SseRow(name, Move::whole).store(XMM, XMM));
        t.memory(
                prefix,
                store,
                new SseRow(name, Move::out).store(MEMORY, XMM).bytes(16).unaligned());
    }

    private static void scalars(SseTable t) {
        t.register(PREFIX_F3, 0x10, new SseRow("movss", Move::lowDword).move(XMM, XMM));
        t.memory(
                PREFIX_F3,
                0x10,
                new SseRow("movss", Move::whole).move(XMM, MEMORY).bytes(4));
        t.register(PREFIX_F3, 0x11, new SseRow("movss", Move::lowDword).store(XMM, XMM));
        t.memory(
                PREFIX_F3,
                0x11,
                new SseRow("movss", Move::out).store(MEMORY, XMM).bytes(4));
        t.register(PREFIX_F2, 0x10, new SseRow("movsd", Move::lowQword).move(XMM, XMM));
        t.memory(
                PREFIX_F2,
                0x10,
                new SseRow("movsd", Move::whole).move(XMM, MEMORY).bytes(8));
        t.register(PREFIX_F2, 0x11, new SseRow("movsd", Move::lowQword).store(XMM, XMM));
        t.memory(
                PREFIX_F2,
                0x11,
                new SseRow("movsd", Move::out).store(MEMORY, XMM).bytes(8));
        t.xmm(PREFIX_F3, 0x7e, "movq", 8, Move::lowQwordAlone);
        t.register(PREFIX_66, 0xd6, new SseRow("movq", Move::lowQwordAlone).store(XMM, XMM));
        t.memory(
                PREFIX_66,
                0xd6,
                new SseRow("movq", Move::out).store(MEMORY, XMM).bytes(8));
    }

    private static void halves(SseTable t) {
        for (int prefix = PREFIX_NONE; prefix <= PREFIX_66; prefix++) {
            String low = prefix == PREFIX_66 ? "movlpd" : "movlps";
            String high = prefix == PREFIX_66 ? "movhpd" : "movhps";
            t.memory(
                    prefix,
                    0x12,
                    new SseRow(low, Move::lowQword).move(XMM, MEMORY).bytes(8));
            t.memory(prefix, 0x13, new SseRow(low, Move::out).store(MEMORY, XMM).bytes(8));
            t.memory(
                    prefix,
                    0x16,
                    new SseRow(high, Move::highQword).move(XMM, MEMORY).bytes(8));
            t.memory(
                    prefix,
                    0x17,
                    new SseRow(high, Move::outHigh).store(MEMORY, XMM).bytes(8));
        }
        t.register(PREFIX_NONE, 0x12, new SseRow("movhlps", Move::highToLow).move(XMM, XMM));
        t.register(PREFIX_NONE, 0x16, new SseRow("movlhps", Move::highQword).move(XMM, XMM));
    }

    /** MOVD, and MOVQ where REX.W is set; the sign masks. */
    private static void generalRegisters(SseTable t) {
        in(t, PREFIX_NONE, false, MM, Mmx::moveLow);
        in(t, PREFIX_NONE, true, MM, Mmx::move);
        in(t, PREFIX_66, false, XMM, Move::dwordAlone);
        in(t, PREFIX_66, true, XMM, Move::lowQwordAlone);
        out(t, PREFIX_NONE, false, MM, Mmx::moveOutLow, Mmx::store);
        out(t, PREFIX_NONE, true, MM, Mmx::moveOut, Mmx::store);
        out(t, PREFIX_66, false, XMM, Move::outDword, Move::out);
        out(t, PREFIX_66, true, XMM, Move::out, Move::out);
        t.register(PREFIX_NONE, 0x50, new SseRow("movmskps", Shuffle::movmskps).move(GPR, XMM));
        t.register(PREFIX_66, 0x50, new SseRow("movmskpd", Shuffle::movmskpd).move(GPR, XMM));
        t.register(PREFIX_NONE, 0xd7, new SseRow("pmovmskb", Mmx::signMask).move(GPR, MM));
        t.register(PREFIX_66, 0xd7, new SseRow("pmovmskb", Shuffle::pmovmskb).move(GPR, XMM));
    }

    private static void in(SseTable t, int prefix, boolean rexW, SseOp.Operand to, Body body) {
        String name = rexW ? "movq" : "movd";
        t.register(prefix, 0x6e, rexW, new SseRow(name, body).move(to, GPR));
        t.memory(prefix, 0x6e, rexW, new SseRow(name, body).move(to, MEMORY).bytes(rexW ? 8 : 4));
    }

    private static void out(SseTable t, int prefix, boolean rexW, SseOp.Operand from, Body body, Body store) {
        String name = rexW ? "movq" : "movd";
        t.register(prefix, 0x7e, rexW, new SseRow(name, body).store(GPR, from));
        t.memory(prefix, 0x7e, rexW, new SseRow(name, store).store(MEMORY, from).bytes(rexW ? 8 : 4));
    }

    private static void nonTemporal(SseTable t) {
        t.memory(
                PREFIX_NONE,
                0x2b,
                new SseRow("movntps", Move::out).store(MEMORY, XMM).bytes(16));
        t.memory(
                PREFIX_66,
                0x2b,
                new SseRow("movntpd", Move::out).store(MEMORY, XMM).bytes(16));
        t.memory(
                PREFIX_66,
                0xe7,
                new SseRow("movntdq", Move::out).store(MEMORY, XMM).bytes(16));
        t.memory(
                PREFIX_NONE,
                0xe7,
                new SseRow("movntq", Mmx::store).store(MEMORY, MM).bytes(8));
        t.memory(
                PREFIX_NONE,
                0xc3,
                false,
                new SseRow("movnti", Move::out).store(MEMORY, GPR).bytes(4));
        t.memory(
                PREFIX_NONE,
                0xc3,
                true,
                new SseRow("movnti", Move::out).store(MEMORY, GPR).bytes(8));
        t.register(PREFIX_NONE, 0xf7, new SseRow("maskmovq", Mmx::maskedStore).move(MASKED_MEMORY, MM));
        t.register(PREFIX_66, 0xf7, new SseRow("maskmovdqu", Shuffle::maskedStore).move(MASKED_MEMORY, XMM));
    }

    private static void shuffles(SseTable t) {
        t.mm(0x70, "pshufw", 8, Mmx::shuffleWords, SseRow::immediate);
        t.xmm(PREFIX_66, 0x70, "pshufd", 16, Shuffle::pshufd, SseRow::immediate);
        t.xmm(PREFIX_F2, 0x70, "pshuflw", 16, Shuffle::pshuflw, SseRow::immediate);
        t.xmm(PREFIX_F3, 0x70, "pshufhw", 16, Shuffle::pshufhw, SseRow::immediate);
        t.xmm(PREFIX_NONE, 0xc6, "shufps", 16, Shuffle::shufps, SseRow::immediate);
        t.xmm(PREFIX_66, 0xc6, "shufpd", 16, Shuffle::shufpd, SseRow::immediate);
        word(t, PREFIX_NONE, MM, Mmx::insertWord, Mmx::extractWord);
        word(t, PREFIX_66, XMM, Shuffle::pinsrw, Shuffle::pextrw);
    }

    private static void word(SseTable t, int prefix, SseOp.Operand file, Body insert, Body extract) {
        t.register(prefix, 0xc4, new SseRow("pinsrw", insert).move(file, GPR).immediate());
        t.memory(
                prefix,
                0xc4,
                new SseRow("pinsrw", insert).move(file, MEMORY).bytes(2).immediate());
        t.register(prefix, 0xc5, new SseRow("pextrw", extract).move(GPR, file).immediate());
    }

    private static void betweenMmxAndXmm(SseTable t) {
        t.register(PREFIX_F3, 0xd6, new SseRow("movq2dq", Mmx::toXmm).move(XMM, MM));
        t.register(PREFIX_F2, 0xd6, new SseRow("movdq2q", Mmx::move).move(MM, XMM));
    }
}
