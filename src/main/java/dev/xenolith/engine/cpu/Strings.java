package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** MOVS, CMPS, STOS, LODS, SCAS without prefix: one element. With a prefix see {@link RepeatedStrings}. */
class Strings extends Op {
    static final int MOVS = 0xa4;
    static final int CMPS = 0xa6;
    static final int STOS = 0xaa;
    static final int LODS = 0xac;
    static final int SCAS = 0xae;

    final int kind;
    final int size;

    /** 4 with an address-size prefix, which makes the registers esi, edi and ecx. */
    final int addressSize;

    private final int segment;

    Strings(Site site, Insn in) {
        super(site);
        kind = in.opcode & 0xfe;
        size = in.sizeByBit0();
        addressSize = in.address32 ? 4 : 8;
        segment = in.segment;
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        element(c);
        return next.x(c);
    }

    /** Only the source can have a segment override. */
    final long source(Cpu c) {
        return c.reg(Gpr.RSI, addressSize) + c.segmentBase[segment];
    }

    final long destination(Cpu c) {
        return c.reg(Gpr.RDI, addressSize);
    }

    final void element(Cpu c) {
        switch (kind) {
            case MOVS -> {
                c.store(destination(c), size, c.load(source(c), size, this), this);
                advanceSource(c, 1);
                advanceDestination(c, 1);
            }
            case STOS -> {
                c.store(destination(c), size, c.r[Gpr.RAX], this);
                advanceDestination(c, 1);
            }
            case LODS -> {
                c.setReg(Gpr.RAX, size, c.load(source(c), size, this));
                advanceSource(c, 1);
            }
            case CMPS -> {
                long a = c.load(source(c), size, this);
                Alu.flags(c, Alu.CMP, a, c.load(destination(c), size, this), 64 - 8 * size);
                advanceSource(c, 1);
                advanceDestination(c, 1);
            }
            default -> {
                long b = c.load(destination(c), size, this);
                Alu.flags(c, Alu.CMP, c.reg(Gpr.RAX, size), b, 64 - 8 * size);
                advanceDestination(c, 1);
            }
        }
    }

    final void advanceSource(Cpu c, long elements) {
        c.setReg(Gpr.RSI, addressSize, c.r[Gpr.RSI] + step(c, elements));
    }

    final void advanceDestination(Cpu c, long elements) {
        c.setReg(Gpr.RDI, addressSize, c.r[Gpr.RDI] + step(c, elements));
    }

    private long step(Cpu c, long elements) {
        return (c.control & Rflags.DF) == 0 ? elements * size : -elements * size;
    }
}
