package dev.xenolith.engine.cpu.fpu;

/**
 * The rounder: turns an exact result of up to 128 bits into a number of one format, with every flag.
 *
 * <p>Operations put their exact result into {@link #result} (normalised) and the bits below into {@link #rest}, whose
 * last bit may stand for "and more"; then {@link #round} finishes. One instance belongs to one vcpu, so nothing is
 * allocated.
 *
 * <p>Tininess is detected after rounding, as every x86 does in both units.
 */
final class SoftFloat {
    static final int NEAREST = 0;
    static final int DOWN = 1;
    static final int UP = 2;
    static final int TRUNCATE = 3;

    /** What x87 adds to or takes from the exponent where overflow or underflow is unmasked (SDM volume 1, 8.5.4). */
    private static final int WRAP = 24576;

    final Num a = new Num();
    final Num b = new Num();
    final Num result = new Num();

    /** The 64 bits below the result's significand. */
    long rest;

    /** Exceptions raised since the last {@link #beginX87}, as bits of MXCSR. */
    int flags;

    /** The last rounding was away from zero: the x87's C1. */
    boolean roundedUp;

    /** The x87 comparison just made met an unmasked exception. */
    boolean stopped;

    private int rounding;
    private int masks;
    private boolean flushToZero;
    private boolean wraps;

    private int precision;
    private int leastExponent;
    private int greatestExponent;

    /** Takes rounding, masks and flushing from MXCSR. */
    void beginSimd(int mxcsr) {
        rounding = mxcsr >> Mxcsr.ROUNDING_SHIFT & 3;
        masks = mxcsr >> Mxcsr.MASK_SHIFT & Mxcsr.FLAGS;
        flushToZero = (mxcsr & Mxcsr.FTZ) != 0;
        wraps = false;
    }

    /** Takes rounding and masks from the x87 control word. */
    void beginX87(int controlWord) {
        rounding = controlWord >> 10 & 3;
        masks = controlWord & Mxcsr.FLAGS;
        flushToZero = false;
        wraps = true;
        flags = 0;
        roundedUp = false;
    }

    int rounding() {
        return rounding;
    }

    boolean masked(int flag) {
        return (masks & flag) != 0;
    }

    void raise(int flag) {
        flags |= flag;
    }

    void toSingle() {
        format(24, -126, 127);
        round();
    }

    void toDouble() {
        format(53, -1022, 1023);
        round();
    }

    /** The 80-bit format, whose significand precision control may cut to 24 or 53 bits. */
    void toExtended(int significandBits) {
        format(significandBits, -16382, 16383);
        round();
    }

    private void format(int significandBits, int least, int greatest) {
        precision = significandBits;
        leastExponent = least;
        greatestExponent = greatest;
    }

    private void round() {
        roundedUp = false;
        if (result.exponent < leastExponent) {
            roundTiny();
            return;
        }
        boolean inexact = roundSignificand();
        if (result.exponent > greatestExponent) {
            overflow(inexact);
        } else if (inexact) {
            flags |= Mxcsr.PE;
        }
    }

    private void overflow(boolean inexact) {
        flags |= Mxcsr.OE;
        if (!masked(Mxcsr.OE)) {
            if (wraps) {
                result.exponent -= WRAP;
            }
            flags |= inexact ? Mxcsr.PE : 0;
            if (wraps && result.exponent > greatestExponent) {
                flags |= Mxcsr.PE;
                roundedUp = true;
                result.setInfinite(result.negative);
            }
            return;
        }
        flags |= Mxcsr.PE;
        boolean toInfinity = rounding == NEAREST || rounding == (result.negative ? DOWN : UP);
        roundedUp = toInfinity;
        if (toInfinity) {
            result.setInfinite(result.negative);
        } else {
            result.exponent = greatestExponent;
            result.significand = -1L << (64 - precision);
        }
    }

    private void roundTiny() {
        boolean tiny = !roundsUpToNormal();
        if (!masked(Mxcsr.UE) && tiny) {
            flags |= Mxcsr.UE;
            flags |= roundSignificand() ? Mxcsr.PE : 0;
            result.exponent += wraps ? WRAP : 0;
            if (wraps && result.exponent < leastExponent) {
                flags |= Mxcsr.PE;
                roundedUp = false;
                result.setZero(result.negative);
            }
            return;
        }
        if (tiny && flushToZero) {
            flags |= Mxcsr.UE | Mxcsr.PE;
            result.setZero(result.negative);
            return;
        }
        denormalise(leastExponent - result.exponent);
        result.exponent = leastExponent;
        boolean inexact = roundSignificand();
        if (inexact) {
            flags |= tiny ? Mxcsr.UE | Mxcsr.PE : Mxcsr.PE;
        }
        if (result.significand == 0) {
            result.kind = Num.ZERO;
        }
    }

    /** With an unbounded exponent this result would round to the least normal number, so it is not tiny. */
    private boolean roundsUpToNormal() {
        long kept = -1L << (64 - precision);
        return result.exponent == leastExponent - 1
                && (result.significand & kept) == kept
                && incrementsAt(result.significand & ~kept, result.significand);
    }

    /** Shifts result and rest right, keeping "and more" in the last bit. */
    private void denormalise(int distance) {
        long high = result.significand;
        if (distance < 64) {
            rest = high << (64 - distance) | rest >>> distance | sticky(rest << (64 - distance));
            result.significand = high >>> distance;
        } else {
            long lost = distance == 64 ? rest : high << (128 - distance) | rest;
            long kept = distance == 64 ? high : distance < 128 ? high >>> (distance - 64) : 0;
            rest = kept | sticky(distance >= 128 ? high | rest : lost);
            result.significand = 0;
        }
    }

    private static long sticky(long bits) {
        return bits != 0 ? 1 : 0;
    }

    /** Rounds at the precision; says whether anything was lost. */
    private boolean roundSignificand() {
        long kept = -1L << (64 - precision);
        long below = result.significand & ~kept;
        if ((below | rest) == 0) {
            return false;
        }
        roundedUp = incrementsAt(below, result.significand);
        result.significand &= kept;
        if (roundedUp) {
            result.significand += -kept;
            if (result.significand == 0) {
                result.significand = Num.INTEGER_BIT;
                result.exponent++;
            }
        }
        return true;
    }

    /** Whether rounding moves away from zero, given the bits of the significand below the precision. */
    private boolean incrementsAt(long below, long whole) {
        return switch (rounding) {
            case NEAREST -> nearestIncrements(below, whole);
            case DOWN -> result.negative && (below | rest) != 0;
            case UP -> !result.negative && (below | rest) != 0;
            default -> false;
        };
    }

    private boolean nearestIncrements(long below, long whole) {
        boolean odd = (whole >>> (64 - precision) & 1) != 0;
        if (precision == 64) {
            return rest < 0 && (rest << 1 != 0 || odd);
        }
        long half = 1L << (63 - precision);
        return below > half || (below == half && (rest != 0 || odd));
    }
}
