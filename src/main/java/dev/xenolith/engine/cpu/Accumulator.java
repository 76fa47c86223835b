package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** CBW, CWDE, CDQE, CWD, CDQ, CQO, XLAT, and MOV between the accumulator and an absolute address. */
final class Accumulator {
    private Accumulator() {}

    /** rax = its sign-extended lower half. */
    static final class Widen extends Op {
        private final int size;

        Widen(Site site, int size) {
            super(site);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setReg(Gpr.RAX, size, CpuRegisters.signExtend(c.r[Gpr.RAX], size / 2));
            return next.x(c);
        }
    }

    /** rdx = the sign of rax. */
    static final class Spread extends Op {
        private final int size;

        Spread(Site site, int size) {
            super(site);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setReg(Gpr.RDX, size, CpuRegisters.signExtend(c.r[Gpr.RAX], size) >> 63);
            return next.x(c);
        }
    }

    /** D7 and A0 to A3: their address is no modrm operand. */
    static final class Absolute extends Op {
        private final int opcode;
        private final int size;
        private final int segment;
        private final long displacement;
        private final boolean address32;

        Absolute(Site site, Insn in) {
            super(site);
            opcode = in.opcode;
            size = opcode == 0xd7 ? 1 : in.sizeByBit0();
            segment = in.segment;
            displacement = in.immediate;
            address32 = in.address32;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long offset = opcode == 0xd7 ? c.r[Gpr.RBX] + c.reg(Gpr.RAX, 1) : displacement;
            long va = (address32 ? offset & 0xffff_ffffL : offset) + c.segmentBase[segment];
            if (opcode == 0xa2 || opcode == 0xa3) {
                c.store(va, size, c.r[Gpr.RAX], this);
            } else {
                c.setReg(Gpr.RAX, size, c.load(va, size, this));
            }
            return next.x(c);
        }
    }
}
