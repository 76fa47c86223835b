package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** SETcc and CMOVcc. */
final class Conditionals {
    private Conditionals() {}

    static Op cmov(Insn in, Site site) {
        return !in.memory && in.size() == 8 ? new Move64(site, in) : new Move(site, in);
    }

    static final class Set extends RmOp {
        private final int condition;

        Set(Site site, Insn in) {
            super(site, in, 1);
            condition = in.opcode & 15;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            storeRm(c, c.condition(condition) ? 1 : 0);
            return next.x(c);
        }
    }

    private static final class Move64 extends RegOp {
        private final int condition;

        Move64(Site site, Insn in) {
            super(site, in.reg, in.rm, 0);
            condition = in.opcode & 15;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            if (c.condition(condition)) {
                c.r[dst] = c.r[src];
            }
            return next.x(c);
        }
    }

    /** Loads in either case; of 32 bits the upper half is cleared in either case. */
    private static final class Move extends RmOp {
        private final int condition;
        private final int dst;

        Move(Site site, Insn in) {
            super(site, in, in.size());
            condition = in.opcode & 15;
            dst = in.reg;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = loadRm(c);
            c.setReg(dst, size, c.condition(condition) ? value : c.reg(dst, size));
            return next.x(c);
        }
    }
}
