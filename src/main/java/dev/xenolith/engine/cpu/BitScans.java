package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * BSF, BSR and POPCNT. TZCNT and LZCNT are not offered in CPUID, and where they are not, their encodings are BSF and BSR.
 * POPCNT is not offered either, but Xen cannot take it from a PV guest, and a guest that tries it finds it working.
 */
final class BitScans {
    private BitScans() {}

    static final class Scan extends RmOp {
        private final int dst;
        private final boolean reverse;

        Scan(Site site, Insn in) {
            super(site, in, in.size());
            dst = in.reg;
            reverse = (in.opcode & 1) != 0;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = loadRm(c);
            int shift = 64 - 8 * size;
            c.setResult(value << shift, shift, 0);
            if (value != 0) {
                c.setReg(
                        dst, size, reverse ? 63 - Long.numberOfLeadingZeros(value) : Long.numberOfTrailingZeros(value));
            }
            return next.x(c);
        }
    }

    static final class PopulationCount extends RmOp {
        private final int dst;

        PopulationCount(Site site, Insn in) {
            super(site, in, in.size());
            dst = in.reg;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = loadRm(c);
            c.setReg(dst, size, Long.bitCount(value));
            c.setArithmeticFlags(value == 0 ? Rflags.ZF : 0);
            return next.x(c);
        }
    }
}
