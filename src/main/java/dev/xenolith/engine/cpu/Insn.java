package dev.xenolith.engine.cpu;

/** One decoded instruction: fields only, no meaning yet. Filled by {@link Decoder}, read by the lowering, used again. */
final class Insn {
    /** Opcode maps: a TWO_BYTE opcode is {@code 0x0f00 | byte}. */
    static final int TWO_BYTE = 0x0f00;

    /** Not an instruction: #UD. */
    static final int INVALID = 0x10000;

    /** Longer than 15 bytes: #GP. */
    static final int TOO_LONG = 0x10001;

    /** CPUID behind the forced-emulation prefix. */
    static final int FORCED_CPUID = 0x10002;

    long va;
    int length;
    int opcode;

    /** The REX prefix, or 0. */
    int rex;

    boolean operand16;
    boolean address32;
    boolean lock;

    /** F3, F2 or 0: the last of them. */
    int repeat;

    /** FLAT, 1 for FS, 2 for GS. */
    int segment;

    boolean hasModrm;
    int modrm;

    /** modrm.reg with REX.R and modrm.rm with REX.B; rm is void for memory. */
    int reg;

    int rm;
    boolean memory;
    int base;
    int index;
    int scale;

    /** Absolute where the instruction is rip-relative. */
    long displacement;

    boolean stackBase;
    long immediate;
    long immediate2;

    long nextRip() {
        return va + length;
    }

    boolean rexW() {
        return (rex & 8) != 0;
    }

    /** Operand size of the instructions that have three: 2, 4 or 8. */
    int size() {
        return rexW() ? 8 : operand16 ? 2 : 4;
    }

    /** Operand size of PUSH, POP and the like, for which 8 is the default: 2 or 8. */
    int stackSize() {
        return operand16 && !rexW() ? 2 : 8;
    }

    /** Size of an instruction whose lowest opcode bit says "byte". */
    int sizeByBit0() {
        return (opcode & 1) == 0 ? 1 : size();
    }

    /** modrm.reg without REX: the opcode extension of a group. */
    int group() {
        return modrm >> 3 & 7;
    }

    /** A register number as an operand of this size: without REX, byte registers 4 to 7 are AH to BH. */
    int register(int number, int size) {
        return size == 1 && rex == 0 && number >= 4 && number < 8 ? CpuRegisters.HIGH + number - 4 : number;
    }

    int regOf(int size) {
        return register(reg, size);
    }

    int rmOf(int size) {
        return register(rm, size);
    }

    /** The register in the low three bits of the opcode. */
    int opcodeRegister() {
        return (opcode & 7) | (rex & 1) << 3;
    }
}
