package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_66;

/** Packed integers: arithmetic, comparison, logic, packing and unpacking, each with MMX and with XMM registers. */
final class SseIntegerRows {
    private SseIntegerRows() {}

    static void add(SseTable t) {
        addition(t);
        multiplication(t);
        comparison(t);
        both(t, 0xdb, "pand", Logic::and);
        both(t, 0xdf, "pandn", Logic::andNot);
        both(t, 0xeb, "por", Logic::or);
        both(t, 0xef, "pxor", Logic::xor);
        packing(t);
        unpacking(t);
    }

    static void both(SseTable t, int opcode, String name, Packed.Lanes lanes) {
        t.mm(opcode, name, 8, Packed.mm(lanes));
        t.xmm(PREFIX_66, opcode, name, 16, Packed.xmm(lanes));
    }

    private static void addition(SseTable t) {
        both(t, 0xfc, "paddb", PackedAdd::addBytes);
        both(t, 0xfd, "paddw", PackedAdd::addWords);
        both(t, 0xfe, "paddd", PackedAdd::addDwords);
        both(t, 0xd4, "paddq", PackedAdd::addQword);
        both(t, 0xf8, "psubb", PackedAdd::subtractBytes);
        both(t, 0xf9, "psubw", PackedAdd::subtractWords);
        both(t, 0xfa, "psubd", PackedAdd::subtractDwords);
        both(t, 0xfb, "psubq", PackedAdd::subtractQword);
        both(t, 0xec, "paddsb", PackedAdd::addSignedBytes);
        both(t, 0xed, "paddsw", PackedAdd::addSignedWords);
        both(t, 0xdc, "paddusb", PackedAdd::addUnsignedBytes);
        both(t, 0xdd, "paddusw", PackedAdd::addUnsignedWords);
        both(t, 0xe8, "psubsb", PackedAdd::subtractSignedBytes);
        both(t, 0xe9, "psubsw", PackedAdd::subtractSignedWords);
        both(t, 0xd8, "psubusb", PackedAdd::subtractUnsignedBytes);
        both(t, 0xd9, "psubusw", PackedAdd::subtractUnsignedWords);
    }

    private static void multiplication(SseTable t) {
        both(t, 0xd5, "pmullw", PackedMultiply::lowWords);
        both(t, 0xe5, "pmulhw", PackedMultiply::highSignedWords);
        both(t, 0xe4, "pmulhuw", PackedMultiply::highUnsignedWords);
        both(t, 0xf4, "pmuludq", PackedMultiply::unsignedDword);
        both(t, 0xf5, "pmaddwd", PackedMultiply::sumOfProducts);
        both(t, 0xf6, "psadbw", PackedMultiply::sumOfDifferences);
        both(t, 0xe0, "pavgb", PackedMultiply::averageBytes);
        both(t, 0xe3, "pavgw", PackedMultiply::averageWords);
    }

    private static void comparison(SseTable t) {
        both(t, 0x74, "pcmpeqb", PackedCompare::equalBytes);
        both(t, 0x75, "pcmpeqw", PackedCompare::equalWords);
        both(t, 0x76, "pcmpeqd", PackedCompare::equalDwords);
        both(t, 0x64, "pcmpgtb", PackedCompare::greaterBytes);
        both(t, 0x65, "pcmpgtw", PackedCompare::greaterWords);
        both(t, 0x66, "pcmpgtd", PackedCompare::greaterDwords);
        both(t, 0xda, "pminub", PackedCompare::leastUnsignedBytes);
        both(t, 0xde, "pmaxub", PackedCompare::greatestUnsignedBytes);
        both(t, 0xea, "pminsw", PackedCompare::leastSignedWords);
        both(t, 0xee, "pmaxsw", PackedCompare::greatestSignedWords);
    }

    private static void packing(SseTable t) {
        pack(t, 0x63, "packsswb", PackedNarrow::wordsToSignedBytes);
        pack(t, 0x67, "packuswb", PackedNarrow::wordsToUnsignedBytes);
        pack(t, 0x6b, "packssdw", PackedNarrow::dwordsToSignedWords);
    }

    private static void pack(SseTable t, int opcode, String name, Packed.Lanes lanes) {
        t.mm(opcode, name, 8, Packed.mm(lanes));
        t.xmm(PREFIX_66, opcode, name, 16, Packed.pack(lanes));
    }

    private static void unpacking(SseTable t) {
        unpack(t, 0x60, "bw", Shuffle::lowBytes, Shuffle::highBytes);
        unpack(t, 0x61, "wd", Shuffle::lowWords, Shuffle::highWords);
        unpack(t, 0x62, "dq", Shuffle::lowDwords, Shuffle::highDwords);
        t.xmm(PREFIX_66, 0x6c, "punpcklqdq", 16, Shuffle::lowQwords);
        t.xmm(PREFIX_66, 0x6d, "punpckhqdq", 16, Shuffle::highQwords);
    }

    /** The low forms stand at 60 to 62, the high ones at 68 to 6A; the low MMX ones read four bytes only. */
    private static void unpack(SseTable t, int opcode, String suffix, Packed.Lanes low, Packed.Lanes high) {
        t.mm(opcode, "punpckl" + suffix, 4, Packed.mm(low));
        t.mm(opcode + 8, "punpckh" + suffix, 8, Packed.mm(high));
        t.xmm(PREFIX_66, opcode, "punpckl" + suffix, 16, Packed.unpackLow(low, high));
        t.xmm(PREFIX_66, opcode + 8, "punpckh" + suffix, 16, Packed.unpackHigh(low, high));
    }
}
