package dev.xenolith.engine.cpu;

/** A micro-op whose operand is what modrm names, register or memory, of any size. For what is not hot. */
abstract class RmOp extends MemOp {
    final boolean memory;
    final int rm;
    final int size;

    RmOp(Site site, Insn in, int size) {
        super(site, in);
        this.memory = in.memory;
        this.rm = in.rmOf(size);
        this.size = size;
    }

    /** The operand, zero-extended. */
    final long loadRm(Cpu c) {
        return memory ? c.load(ea(c), size, this) : c.reg(rm, size);
    }

    final void storeRm(Cpu c, long value) {
        if (memory) {
            c.store(ea(c), size, value, this);
        } else {
            c.setReg(rm, size, value);
        }
    }
}
