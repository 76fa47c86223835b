package dev.xenolith.engine.cpu;

/** ADD, OR, ADC, SBB, AND, SUB, XOR, CMP: which micro-op does which form, and the formulas of the general ones. */
final class Alu {
    static final int ADD = 0;
    static final int OR = 1;
    static final int ADC = 2;
    static final int SBB = 3;
    static final int AND = 4;
    static final int SUB = 5;
    static final int XOR = 6;
    static final int CMP = 7;

    private Alu() {}

    /** Opcodes 00 to 3D. */
    static Op lower(Insn in, Site site) {
        int kind = in.opcode >> 3;
        int size = in.sizeByBit0();
        return switch (in.opcode & 7) {
            case 0, 1 -> toRm(kind, in, site, size, in.regOf(size), 0);
            case 2, 3 -> toReg(kind, in, site, size);
            default -> toRegister(kind, site, size, Gpr.RAX, CpuRegisters.ZERO, in.immediate);
        };
    }

    /** Opcodes 80, 81 and 83. */
    static Op lowerGroup(Insn in, Site site) {
        return toRm(in.group(), in, site, in.sizeByBit0(), CpuRegisters.ZERO, in.immediate);
    }

    private static Op toRm(int kind, Insn in, Site site, int size, int src, long imm) {
        if (!in.memory) {
            return toRegister(kind, site, size, in.rmOf(size), src, imm);
        }
        if (kind == CMP) {
            return new Compares.MemoryWith(site, in, size, src, imm, false);
        }
        return new AluGeneral.Modify(site, in, size, kind, src, imm);
    }

    private static Op toReg(int kind, Insn in, Site site, int size) {
        int dst = in.regOf(size);
        if (!in.memory) {
            return toRegister(kind, site, size, dst, in.rmOf(size), 0);
        }
        if (kind == CMP) {
            return new Compares.MemoryWith(site, in, size, dst, 0, true);
        }
        if (size >= 4 && kind != ADC && kind != SBB) {
            return new AluLoads.Load(site, in, size, kind, dst);
        }
        return new AluGeneral.Load(site, in, size, kind, dst);
    }

    static Op toRegister(int kind, Site site, int size, int dst, int src, long imm) {
        if (kind == CMP && dst < CpuRegisters.HIGH && src < CpuRegisters.HIGH) {
            return new Compares.Registers(site, dst, src, imm, size);
        }
        if (size < 4) {
            return new AluGeneral.Register(site, kind, size, dst, src, imm);
        }
        if (dst == src && (kind == XOR || kind == SUB)) {
            return site.flagsLive() ? new Moves.ZeroFlags(site, dst) : new Moves.Zero(site, dst);
        }
        return size == 8 ? Alu64.of(kind, site, dst, src, imm) : Alu32.of(kind, site, dst, src, imm);
    }

    /** The result, with garbage above the operand's size. */
    static long result(CpuRegisters c, int kind, long a, long b) {
        return switch (kind) {
            case ADD -> a + b;
            case OR -> a | b;
            case ADC -> a + b + (c.cf() ? 1 : 0);
            case SBB -> a - b - (c.cf() ? 1 : 0);
            case AND -> a & b;
            case XOR -> a ^ b;
            default -> a - b;
        };
    }

    /** The flags of {@link #result}, called while those before are still there. */
    static void flags(CpuRegisters c, int kind, long a, long b, int shift) {
        long high = a << shift;
        long other = b << shift;
        switch (kind) {
            case ADD -> {
                c.ccOp = CpuRegisters.ADD | shift;
                c.ccA = high;
                c.ccRes = high + other;
            }
            case SUB, CMP -> {
                c.ccOp = CpuRegisters.SUB | shift;
                c.ccA = high;
                c.ccRes = high - other;
            }
            case ADC -> addCarry(c, high, other, shift);
            case SBB -> subtractBorrow(c, high, other, shift);
            case OR -> c.setResult(high | other, shift, 0);
            case AND -> c.setResult(high & other, shift, 0);
            default -> c.setResult(high ^ other, shift, 0);
        }
    }

    /** a + b + CF of operands shifted to the top; returns the result, there. */
    static long addCarry(CpuRegisters c, long a, long b, int shift) {
        boolean carry = c.cf();
        long result = a + b + (carry ? 1L << shift : 0);
        int order = Long.compareUnsigned(result, a);
        boolean out = order < 0 || (carry && order == 0);
        c.setResult(result, shift, bits(out, a ^ b ^ result, (a ^ result) & (b ^ result), shift));
        return result;
    }

    static long subtractBorrow(CpuRegisters c, long a, long b, int shift) {
        boolean carry = c.cf();
        long result = a - b - (carry ? 1L << shift : 0);
        int order = Long.compareUnsigned(a, b);
        boolean out = order < 0 || (carry && order == 0);
        c.setResult(result, shift, bits(out, a ^ b ^ result, (a ^ b) & (a ^ result), shift));
        return result;
    }

    private static int bits(boolean carry, long carries, long overflow, int shift) {
        return (carry ? Rflags.CF : 0) | ((int) (carries >>> shift) & Rflags.AF) | (overflow < 0 ? Rflags.OF : 0);
    }
}
