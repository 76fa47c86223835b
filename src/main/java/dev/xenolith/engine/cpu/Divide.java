package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** DIV and IDIV: F6 and F7, /6 and /7. A zero divisor or a quotient that does not fit raises #DE. The flags stay. */
final class Divide extends RmOp {
    private final boolean signed;

    Divide(Site site, Insn in, int size) {
        super(site, in, size);
        signed = in.group() == 7;
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        long divisor = loadRm(c);
        if (divisor == 0) {
            throw c.raise(this, Vector.DE, -1);
        }
        if (size == 8) {
            divide128(c, c.r[Gpr.RDX], c.r[Gpr.RAX], divisor);
        } else {
            divideNarrow(c, CpuRegisters.signExtend(divisor, size), divisor);
        }
        return next.x(c);
    }

    private void divideNarrow(Cpu c, long signedDivisor, long divisor) {
        int bits = 8 * size;
        long dividend = size == 1 ? c.reg(Gpr.RAX, 2) : c.reg(Gpr.RDX, size) << bits | c.reg(Gpr.RAX, size);
        long quotient;
        long remainder;
        if (signed) {
            long whole = size == 4 ? dividend : CpuRegisters.signExtend(dividend, 2 * size);
            quotient = whole / signedDivisor;
            remainder = whole % signedDivisor;
            // Long.MIN_VALUE / -1 wraps to itself, which does not fit either.
            check(c, CpuRegisters.signExtend(quotient, size) == quotient);
        } else {
            quotient = Long.divideUnsigned(dividend, divisor);
            remainder = Long.remainderUnsigned(dividend, divisor);
            check(c, (quotient & CpuRegisters.mask(size)) == quotient);
        }
        if (size == 1) {
            c.setReg(Gpr.RAX, 2, (quotient & 0xff) | (remainder & 0xff) << 8);
        } else {
            c.setReg(Gpr.RAX, size, quotient);
            c.setReg(Gpr.RDX, size, remainder);
        }
    }

    private void check(Cpu c, boolean fits) {
        if (!fits) {
            throw c.raise(this, Vector.DE, -1);
        }
    }

    private void divide128(Cpu c, long high, long low, long divisor) {
        if (!signed) {
            unsigned128(c, high, low, divisor);
            return;
        }
        boolean negative = high < 0;
        long magnitudeLow = negative ? -low : low;
        long magnitudeHigh = negative ? ~high + (low == 0 ? 1 : 0) : high;
        long magnitude = Math.abs(divisor); // MIN_VALUE stays, and is right as unsigned.
        check(c, Long.compareUnsigned(magnitudeHigh, magnitude) < 0);
        long quotient = quotient(magnitudeHigh, magnitudeLow, magnitude);
        long remainder = magnitudeLow - quotient * magnitude;
        boolean negativeQuotient = negative != divisor < 0;
        check(c, quotient >= 0 || (negativeQuotient && quotient == Long.MIN_VALUE));
        c.r[Gpr.RAX] = negativeQuotient ? -quotient : quotient;
        c.r[Gpr.RDX] = negative ? -remainder : remainder;
    }

    private void unsigned128(Cpu c, long high, long low, long divisor) {
        check(c, Long.compareUnsigned(high, divisor) < 0);
        long quotient = quotient(high, low, divisor);
        c.r[Gpr.RAX] = quotient;
        c.r[Gpr.RDX] = low - quotient * divisor;
    }

    /** 128 by 64 bits, unsigned, where high is below the divisor. */
    private static long quotient(long high, long low, long divisor) {
        if (high == 0) {
            return Long.divideUnsigned(low, divisor);
        }
        long rest = high;
        long quotient = 0;
        for (int bit = 63; bit >= 0; bit--) {
            boolean carry = rest < 0;
            rest = rest << 1 | (low >>> bit & 1);
            if (carry || Long.compareUnsigned(rest, divisor) >= 0) {
                rest -= divisor;
                quotient |= 1L << bit;
            }
        }
        return quotient;
    }
}
