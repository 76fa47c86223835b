package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** MOV and MOVNTI to memory, of a register or an immediate ({@code src + imm}, one of them zero). */
abstract class Stores extends MemOp {
    final int src;
    final long imm;

    Stores(Site site, Insn in, int src, long imm) {
        super(site, in);
        this.src = src;
        this.imm = imm;
    }

    static Op of(Insn in, Site site, int size, int src, long imm) {
        return switch (size) {
            case 8 -> new Store64(site, in, src, imm);
            case 4 -> new Store32(site, in, src, imm);
            case 2 -> new Store16(site, in, src, imm);
            default -> src >= CpuRegisters.HIGH ? new StoreHigh(site, in, src) : new Store8(site, in, src, imm);
        };
    }

    private static final class Store64 extends Stores {
        Store64(Site site, Insn in, int src, long imm) {
            super(site, in, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.store64(ea(c), c.r[src] + imm, this);
            return next.x(c);
        }
    }

    private static final class Store32 extends Stores {
        Store32(Site site, Insn in, int src, long imm) {
            super(site, in, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.store32(ea(c), c.r[src] + imm, this);
            return next.x(c);
        }
    }

    private static final class Store16 extends Stores {
        Store16(Site site, Insn in, int src, long imm) {
            super(site, in, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.store16(ea(c), c.r[src] + imm, this);
            return next.x(c);
        }
    }

    private static final class Store8 extends Stores {
        Store8(Site site, Insn in, int src, long imm) {
            super(site, in, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.store8(ea(c), c.r[src] + imm, this);
            return next.x(c);
        }
    }

    private static final class StoreHigh extends Stores {
        StoreHigh(Site site, Insn in, int src) {
            super(site, in, src, 0);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.store8(ea(c), c.reg(src, 1), this);
            return next.x(c);
        }
    }
}
