package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MEMORY;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.XMM;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_66;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F2;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_F3;

/** What SSE3 added to the XMM registers; its one x87 instruction, FISTTP, is in {@link X87Rows}. */
final class Sse3Rows {
    private Sse3Rows() {}

    static void add(SseTable t) {
        t.xmm(PREFIX_F2, 0x12, "movddup", 8, Shuffle::movddup);
        t.xmm(PREFIX_F3, 0x12, "movsldup", 16, Shuffle::movsldup);
        t.xmm(PREFIX_F3, 0x16, "movshdup", 16, Shuffle::movshdup);
        t.xmm(PREFIX_66, 0x7c, "haddpd", 16, SseHorizontal.doubles(DoubleLane::add), SseRow::simd);
        t.xmm(PREFIX_F2, 0x7c, "haddps", 16, SseHorizontal.singles(SingleLane::add), SseRow::simd);
        t.xmm(PREFIX_66, 0x7d, "hsubpd", 16, SseHorizontal.doubles(DoubleLane::subtract), SseRow::simd);
        t.xmm(PREFIX_F2, 0x7d, "hsubps", 16, SseHorizontal.singles(SingleLane::subtract), SseRow::simd);
        t.xmm(PREFIX_66, 0xd0, "addsubpd", 16, SseHorizontal::alternatingDoubles, SseRow::simd);
        t.xmm(PREFIX_F2, 0xd0, "addsubps", 16, SseHorizontal::alternatingSingles, SseRow::simd);
        t.memory(
                PREFIX_F2,
                0xf0,
                new SseRow("lddqu", Move::whole).move(XMM, MEMORY).bytes(16).unaligned());
    }
}
