package dev.xenolith.engine.cpu;

/**
 * A micro-op of registers alone: {@code dst op= src + imm}. One of the two is always zero ({@link CpuRegisters#ZERO}), so
 * that the forms with a register and with an immediate are one class.
 */
abstract class RegOp extends Op {
    final int dst;
    final int src;
    final long imm;

    RegOp(Site site, int dst, int src, long imm) {
        super(site);
        this.dst = dst;
        this.src = src;
        this.imm = imm;
    }
}
