package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * Read, modify, write: one operand that modrm names. The vcpus of a domain never run at once, so LOCK changes nothing.
 *
 * <p>A subclass says in {@link #modify} what is stored, changing nothing itself, and in {@link #after} what becomes of
 * flags and registers once the store succeeded.
 */
abstract class ModifyOp extends RmOp {
    ModifyOp(Site site, Insn in, int size) {
        super(site, in, size);
    }

    abstract long modify(Cpu c, long old);

    abstract void after(Cpu c, long old, long result);

    @Override
    final @Nullable Block x(Cpu c) {
        if (memory) {
            inMemory(c, address(c));
        } else {
            long old = c.reg(rm, size);
            long result = modify(c, old);
            after(c, old, result); // First, since the destination may be the count or the other operand.
            c.setReg(rm, size, result);
        }
        return next.x(c);
    }

    /** Bit strings reach beyond their operand. */
    long address(Cpu c) {
        return ea(c);
    }

    private void inMemory(Cpu c, long va) {
        long host = c.writeHost(va, size, this);
        long old = host >= 0 ? c.peek(host, size) : c.loadForWrite(va, size, this);
        long result = modify(c, old);
        if (host >= 0) {
            c.poke(host, size, result);
        } else {
            c.store(va, size, result, this);
        }
        after(c, old, result);
    }
}
