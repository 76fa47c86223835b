package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** Arithmetic in the forms that are not hot: 8 and 16 bits, AH to BH, and memory destinations. */
final class AluGeneral {
    private AluGeneral() {}

    static final class Register extends RegOp {
        private final int kind;
        private final int size;

        Register(Site site, int kind, int size, int dst, int src, long imm) {
            super(site, dst, src, imm);
            this.kind = kind;
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.reg(dst, size);
            long b = c.reg(src, size) + imm;
            long result = Alu.result(c, kind, a, b);
            Alu.flags(c, kind, a, b, 64 - 8 * size);
            if (kind != Alu.CMP) {
                c.setReg(dst, size, result);
            }
            return next.x(c);
        }
    }

    /** Register destination, memory source. */
    static final class Load extends RmOp {
        private final int kind;
        private final int dst;

        Load(Site site, Insn in, int size, int kind, int dst) {
            super(site, in, size);
            this.kind = kind;
            this.dst = dst;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long b = loadRm(c);
            long a = c.reg(dst, size);
            long result = Alu.result(c, kind, a, b);
            Alu.flags(c, kind, a, b, 64 - 8 * size);
            c.setReg(dst, size, result);
            return next.x(c);
        }
    }

    /** Memory destination. */
    static final class Modify extends ModifyOp {
        private final int kind;
        private final int src;
        private final long imm;

        Modify(Site site, Insn in, int size, int kind, int src, long imm) {
            super(site, in, size);
            this.kind = kind;
            this.src = src;
            this.imm = imm;
        }

        @Override
        long modify(Cpu c, long old) {
            return Alu.result(c, kind, old, c.reg(src, size) + imm);
        }

        @Override
        void after(Cpu c, long old, long result) {
            Alu.flags(c, kind, old, c.reg(src, size) + imm, 64 - 8 * size);
        }
    }
}
