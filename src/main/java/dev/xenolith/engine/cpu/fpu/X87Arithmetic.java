package dev.xenolith.engine.cpu.fpu;

/** FADD, FMUL, FSUB, FSUBR, FDIV, FDIVR in all their forms, and FSQRT. */
final class X87Arithmetic {
    /** The operations by modrm.reg; {@code a} is ST(0), {@code b} the other operand, wherever the result goes. */
    static final int ADD = 0;

    static final int MULTIPLY = 1;
    static final int SUBTRACT = 4;
    static final int SUBTRACT_REVERSED = 5;
    static final int DIVIDE = 6;
    static final int DIVIDE_REVERSED = 7;

    private X87Arithmetic() {}

    /** ST(0) = ST(0) op ST(i). */
    static X87Op.Body toTop(int operation) {
        return (s, sti, lo, hi) -> registers(s, operation, sti, 0);
    }

    /** ST(i) = ST(0) op ST(i). */
    static X87Op.Body toOther(int operation) {
        return (s, sti, lo, hi) -> registers(s, operation, sti, sti);
    }

    static X87Op.Body toOtherAndPop(int operation) {
        return (s, sti, lo, hi) -> {
            if (registers(s, operation, sti, sti)) {
                X87Stack.pop(s);
            }
        };
    }

    static X87Op.Body withSingle(int operation) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadSingle((int) lo, false);
            withMemory(s, operation);
        };
    }

    static X87Op.Body withDouble(int operation) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadDouble(lo, false);
            withMemory(s, operation);
        };
    }

    static X87Op.Body withShort(int operation) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadInt((short) lo);
            withMemory(s, operation);
        };
    }

    static X87Op.Body withInt(int operation) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadInt((int) lo);
            withMemory(s, operation);
        };
    }

    private static void withMemory(FpuState s, int operation) {
        if (X87Stack.isEmpty(s, 0)) {
            if (X87.underflow(s)) {
                X87Stack.putIndefinite(s, 0);
            }
            return;
        }
        X87Stack.load(s, s.soft.a, 0);
        compute(s, operation, 0);
    }

    private static boolean registers(FpuState s, int operation, int sti, int destination) {
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, sti)) {
            boolean masked = X87.underflow(s);
            if (masked) {
                X87Stack.putIndefinite(s, destination);
            }
            return masked;
        }
        X87Stack.load(s, s.soft.a, 0);
        X87Stack.load(s, s.soft.b, sti);
        return compute(s, operation, destination);
    }

    private static boolean compute(FpuState s, int operation, int destination) {
        SoftFloat f = s.soft;
        f.beginX87(s.controlWord);
        if (!X87Nan.settles(f) && operate(f, operation)) {
            f.toExtended(precision(s));
        }
        boolean written = X87.settle(s);
        if (written) {
            X87Stack.put(s, destination, f.result);
        }
        return written;
    }

    private static boolean operate(SoftFloat f, int operation) {
        return switch (operation) {
            case ADD -> SoftOperation.add(f);
            case MULTIPLY -> SoftOperation.multiply(f);
            case SUBTRACT -> SoftOperation.subtract(f);
            case SUBTRACT_REVERSED -> {
                f.a.negative = !f.a.negative;
                yield SoftOperation.add(f);
            }
            case DIVIDE -> SoftOperation.divide(f);
            default -> divideReversed(f);
        };
    }

    private static boolean divideReversed(SoftFloat f) {
        f.result.set(f.a);
        f.a.set(f.b);
        f.b.set(f.result);
        return SoftOperation.divide(f);
    }

    /** Precision control: 24, 53 or 64 bits; the reserved value 1 acts as 64. */
    static int precision(FpuState s) {
        return switch (s.controlWord >> 8 & 3) {
            case 0 -> 24;
            case 2 -> 53;
            default -> 64;
        };
    }

    static void squareRoot(FpuState s, int sti, long lo, long hi) {
        SoftFloat f = s.soft;
        if (!X87Unary.begin(s)) {
            return;
        }
        if (!X87Nan.settlesOne(f) && SoftOperation.squareRoot(f)) {
            f.toExtended(precision(s));
        }
        X87Unary.end(s);
    }
}
