package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** INS and OUTS, one element at a time, with or without REP. */
final class PortStrings extends MemOp {
    private final boolean out;
    private final boolean repeat;
    private final int size;
    private final int addressSize;
    private final int segment;
    private final long nextRip;

    PortStrings(Site site, Insn in) {
        super(site, in);
        out = (in.opcode & 2) != 0;
        repeat = in.repeat != 0;
        size = Math.min(in.sizeByBit0(), 4);
        addressSize = in.address32 ? 4 : 8;
        segment = in.segment;
        nextRip = site.nextRip();
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        long count = repeat ? c.reg(Gpr.RCX, addressSize) : 1;
        c.rip = nextRip;
        if (count == 0) {
            return null;
        }
        int port = (int) c.reg(Gpr.RDX, 2);
        int register = out ? Gpr.RSI : Gpr.RDI;
        long offset = c.reg(register, addressSize);
        if (out) {
            int value = (int) c.load(offset + c.segmentBase[segment], size, this);
            c.current = this;
            c.rip = nextRip;
            c.env.out(c, port, size, value);
        } else {
            c.probeWrite(offset, size, this);
            c.rip = nextRip;
            int value = c.env.in(c, port, size);
            c.store(offset, size, value, this);
        }
        c.setReg(register, addressSize, offset + ((c.control & Rflags.DF) == 0 ? size : -size));
        if (repeat) {
            c.setReg(Gpr.RCX, addressSize, count - 1);
        }
        c.rip = count == 1 ? nextRip : rip;
        return null;
    }
}
