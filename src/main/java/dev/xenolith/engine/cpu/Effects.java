package dev.xenolith.engine.cpu;

/**
 * What the block builder has to know of an instruction: whether it ends a block, and what it means for the flags before
 * it.
 *
 * <p>Flags are dead only up to the next instruction that may fault, since a fault shows them. So all that counts is a
 * short list of register-only instructions that neither read flags nor fault; every other keeps all flags alive.
 */
final class Effects {
    private static final int ALL = Rflags.ARITHMETIC;
    private static final int ALL_BUT_CARRY = ALL & ~Rflags.CF;

    /** Not one of the short list. */
    private static final int OBSERVES = -1;

    private Effects() {}

    static boolean isJcc(Insn in) {
        return in.opcode >> 4 == 7 || in.opcode >> 4 == (Insn.TWO_BYTE | 0x80) >> 4;
    }

    static boolean endsBlock(Insn in) {
        if (in.opcode >= Insn.INVALID || isJcc(in)) {
            return true;
        }
        return (in.opcode & Insn.TWO_BYTE) != 0 ? endsTwoByte(in) : endsOneByte(in);
    }

    private static boolean endsOneByte(Insn in) {
        return switch (in.opcode) {
            case 0x6c, 0x6d, 0x6e, 0x6f -> true;
            case 0x90 -> in.repeat == 0xf3;
            case 0x9d -> true;
            case 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf -> in.repeat != 0;
            case 0xc2, 0xc3, 0xca, 0xcb, 0xcc, 0xcd, 0xcf -> true;
            case 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xeb, 0xec, 0xed, 0xee, 0xef -> true;
            case 0xf1, 0xf4, 0xfa, 0xfb -> true;
            case 0xff -> in.group() >= 2 && in.group() <= 5;
            default -> false;
        };
    }

    private static boolean endsTwoByte(Insn in) {
        return switch (in.opcode & 0xff) {
            case 0x01 -> in.group() == 7;
            case 0x05, 0x06, 0x08, 0x09, 0x0b -> true;
            case 0x20, 0x21, 0x22, 0x23, 0x30, 0x31, 0x32, 0xa2 -> true;
            default -> false;
        };
    }

    /** The flags an instruction of the short list sets; all for the others. */
    static int writes(Insn in) {
        int written = pureWrites(in);
        return written == OBSERVES ? ALL : written;
    }

    static int liveBefore(Insn in, int liveAfter) {
        int written = pureWrites(in);
        return written == OBSERVES ? ALL : liveAfter & ~written;
    }

    private static int pureWrites(Insn in) {
        boolean lea = in.opcode == 0x8d;
        if (in.lock || (in.memory && !lea) || in.repeat != 0) {
            return OBSERVES;
        }
        return (in.opcode & Insn.TWO_BYTE) != 0 ? pureTwoByte(in) : pureOneByte(in);
    }

    private static int pureOneByte(Insn in) {
        int opcode = in.opcode;
        if (opcode < 0x40) {
            return aluWrites(opcode >> 3);
        }
        return switch (opcode) {
            case 0x63, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8d -> in.hasModrm ? 0 : OBSERVES;
            case 0x80, 0x81, 0x83 -> aluWrites(in.group());
            case 0x84, 0x85, 0xa8, 0xa9, 0x69, 0x6b -> ALL;
            case 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99 -> 0;
            case 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf -> 0;
            case 0xc0, 0xc1, 0xd0, 0xd1 -> shiftWrites(in);
            case 0xc6, 0xc7 -> in.group() == 0 ? 0 : OBSERVES;
            case 0xf6, 0xf7 -> groupThreeWrites(in.group());
            case 0xfe, 0xff -> in.group() <= 1 ? ALL_BUT_CARRY : OBSERVES;
            default -> OBSERVES;
        };
    }

    private static int pureTwoByte(Insn in) {
        int opcode = in.opcode & 0xff;
        boolean hint = opcode == 0x0d || (opcode >= 0x18 && opcode <= 0x1f);
        boolean extension = opcode == 0xb6 || opcode == 0xb7 || opcode == 0xbe || opcode == 0xbf;
        boolean swap = opcode >= 0xc8 && opcode <= 0xcf;
        if (hint || extension || swap) {
            return 0;
        }
        return opcode == 0xaf ? ALL : OBSERVES;
    }

    /** ADC and SBB read the carry. */
    private static int aluWrites(int kind) {
        return kind == Alu.ADC || kind == Alu.SBB ? OBSERVES : ALL;
    }

    private static int shiftWrites(Insn in) {
        boolean byOne = in.opcode >= 0xd0;
        long count = byOne ? 1 : in.immediate & (in.sizeByBit0() == 8 ? 63 : 31);
        if (count == 0) {
            return 0;
        }
        return switch (in.group()) {
            case Shifts.ROL, Shifts.ROR -> Rflags.CF | Rflags.OF;
            case Shifts.RCL, Shifts.RCR -> OBSERVES;
            default -> ALL;
        };
    }

    private static int groupThreeWrites(int group) {
        return switch (group) {
            case 2 -> 0;
            case 6, 7 -> OBSERVES;
            default -> ALL;
        };
    }
}
