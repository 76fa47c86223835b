package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * Instructions that the environment carries out. Each ends its block: afterwards mode, rip and translations may be others.
 * rip is past the instruction during the hook; a fault the hook throws puts it back.
 */
final class Trapped extends Op {
    /** One hook and what it needs of the registers. */
    @FunctionalInterface
    interface Hook {
        void call(Cpu c, Trapped op);
    }

    private final Hook hook;
    private final long nextRip;

    /** Operands, as the hook understands them: register numbers, port, vector. */
    final int first;

    final int second;
    final int size;

    Trapped(Site site, Insn in, int first, int second, Hook hook) {
        super(site);
        this.hook = hook;
        this.nextRip = site.nextRip();
        this.first = first;
        this.second = second;
        // Port accesses have no 64-bit form.
        this.size = Math.min(in.sizeByBit0(), 4);
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        c.current = this;
        c.rip = nextRip;
        hook.call(c, this);
        return null;
    }

    static void syscall(Cpu c, Trapped op) {
        c.r[Gpr.RCX] = op.nextRip;
        c.r[Gpr.R11] = c.rflags();
        c.env.syscall(c);
    }

    static void interrupt(Cpu c, Trapped op) {
        c.env.softwareInterrupt(c, op.first);
    }

    static void readMsr(Cpu c, Trapped op) {
        pair(c, c.env.readMsr(c, (int) c.r[Gpr.RCX]));
    }

    static void writeMsr(Cpu c, Trapped op) {
        c.env.writeMsr(c, (int) c.r[Gpr.RCX], c.r[Gpr.RDX] << 32 | c.reg(Gpr.RAX, 4));
    }

    static void rdtsc(Cpu c, Trapped op) {
        pair(c, c.env.rdtsc(c));
    }

    static void rdtscp(Cpu c, Trapped op) {
        int aux = c.env.tscAux(c);
        pair(c, c.env.rdtsc(c));
        c.setReg(Gpr.RCX, 4, aux);
    }

    private static void pair(Cpu c, long value) {
        c.setReg(Gpr.RAX, 4, value);
        c.setReg(Gpr.RDX, 4, value >>> 32);
    }

    static void readCr(Cpu c, Trapped op) {
        c.r[op.second] = c.env.readCr(c, op.first);
    }

    static void writeCr(Cpu c, Trapped op) {
        c.env.writeCr(c, op.first, c.r[op.second]);
    }

    static void readDr(Cpu c, Trapped op) {
        c.r[op.second] = c.env.readDr(c, op.first);
    }

    static void writeDr(Cpu c, Trapped op) {
        c.env.writeDr(c, op.first, c.r[op.second]);
    }

    static void in(Cpu c, Trapped op) {
        c.setReg(Gpr.RAX, op.size, c.env.in(c, op.port(c), op.size));
    }

    static void out(Cpu c, Trapped op) {
        c.env.out(c, op.port(c), op.size, (int) c.reg(Gpr.RAX, op.size));
    }

    private int port(Cpu c) {
        return first >= 0 ? first : (int) c.reg(Gpr.RDX, 2);
    }
}
