package dev.xenolith.engine.cpu;

/** A micro-op with a memory operand: {@code segment base + base + index << scale + displacement}. */
abstract class MemOp extends Op {
    private final int base;
    private final long displacement;

    /** Base and displacement are all there is. */
    private final boolean simple;

    private final int indexRegister;
    private final int scale;
    private final int segment;
    private final boolean address32;
    private final boolean stackBase;

    MemOp(Site site, Insn in) {
        super(site);
        base = in.memory ? in.base : CpuRegisters.ZERO;
        displacement = in.displacement;
        indexRegister = in.memory ? in.index : CpuRegisters.ZERO;
        scale = in.scale;
        segment = in.segment;
        address32 = in.address32;
        stackBase = in.memory && in.stackBase;
        simple = indexRegister == CpuRegisters.ZERO && segment == CpuRegisters.FLAT && !address32;
    }

    final long ea(Cpu c) {
        long address = c.r[base] + displacement;
        return simple ? address : full(c, address);
    }

    private long full(Cpu c, long address) {
        return offset(c, address) + c.segmentBase[segment];
    }

    private long offset(Cpu c, long address) {
        long offset = address + (c.r[indexRegister] << scale);
        return address32 ? offset & 0xffff_ffffL : offset;
    }

    /** What LEA computes: no segment. */
    final long offset(Cpu c) {
        return offset(c, c.r[base] + displacement);
    }

    @Override
    boolean usesStack() {
        return stackBase;
    }
}
