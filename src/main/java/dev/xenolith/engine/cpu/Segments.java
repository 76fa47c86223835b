package dev.xenolith.engine.cpu;

/**
 * Segment registers and descriptors, as far as 64-bit mode at CPL 3 cares (SDM volume 3, 3.4 and 5.6).
 *
 * <pre>
 *   descriptor  63......56 55 54 53 52 51..48 47 46.45 44 43..40 39.........16 15..0
 *               base 31:24  G  D  L  A  limit  P  DPL   S  type   base 23:0    limit
 * </pre>
 */
final class Segments {
    private static final long PRESENT = 1L << 47;
    private static final long CODE_OR_DATA = 1L << 44;
    private static final long EXECUTABLE = 1L << 43;
    private static final long CONFORMING = 1L << 42;
    private static final long WRITABLE_OR_READABLE = 1L << 41;
    private static final long GRANULAR = 1L << 55;
    private static final long BIG = 1L << 54;
    private static final long LONG_MODE = 1L << 53;
    private static final int CPL = 3;

    private Segments() {}

    static boolean isNull(int selector) {
        return (selector & 0xfffc) == 0;
    }

    private static long dpl(long descriptor) {
        return descriptor >>> 45 & 3;
    }

    static long base(long descriptor) {
        return (descriptor >>> 16 & 0xff_ffff) | descriptor >>> 56 << 24;
    }

    static long limit(long descriptor) {
        long limit = (descriptor & 0xffff) | (descriptor >>> 32 & 0xf_0000);
        return (descriptor & GRANULAR) != 0 ? limit << 12 | 0xfff : limit;
    }

    /** MOV and POP to ES, SS, DS, FS and GS; changes the base as well. */
    static void load(Cpu c, Op op, int segment, int selector) {
        c.current = op;
        c.rip = op.rip;
        if (isNull(selector)) {
            if (segment == Sreg.SS) {
                throw c.raise(op, Vector.GP, 0);
            }
            set(c, segment, selector, 0);
            return;
        }
        long descriptor = c.env.descriptor(c, selector);
        check(c, op, segment, selector, descriptor);
        set(c, segment, selector, base(descriptor));
    }

    private static void check(Cpu c, Op op, int segment, int selector, long descriptor) {
        boolean data = (descriptor & CODE_OR_DATA) != 0 && (descriptor & EXECUTABLE) == 0;
        boolean readableCode = (descriptor & (CODE_OR_DATA | EXECUTABLE | WRITABLE_OR_READABLE)) >>> 41 == 0b1101;
        boolean allowed;
        if (segment == Sreg.SS) {
            boolean writable = data && (descriptor & WRITABLE_OR_READABLE) != 0;
            allowed = writable && (selector & 3) == CPL && dpl(descriptor) == CPL;
        } else {
            boolean conforming = readableCode && (descriptor & CONFORMING) != 0;
            allowed = (data || readableCode) && (conforming || dpl(descriptor) == CPL);
        }
        if (!allowed) {
            throw c.raise(op, Vector.GP, selector & 0xfffc);
        }
        if ((descriptor & PRESENT) == 0) {
            throw c.raise(op, segment == Sreg.SS ? Vector.SS : Vector.NP, selector & 0xfffc);
        }
    }

    /** Only FS and GS have a base in 64-bit mode. */
    private static void set(Cpu c, int segment, int selector, long base) {
        c.selectors[segment] = selector;
        if (segment == Sreg.FS) {
            c.setFsBase(base);
        } else if (segment == Sreg.GS) {
            c.setGsBase(base);
        }
    }

    /** A code selector that a far transfer or IRET at CPL 3 may load; true where it is 64-bit code. */
    static boolean checkCode(Cpu c, Op op, int selector) {
        if (isNull(selector)) {
            throw c.raise(op, Vector.GP, 0);
        }
        c.current = op;
        c.rip = op.rip;
        long descriptor = c.env.descriptor(c, selector);
        boolean code = (descriptor & (CODE_OR_DATA | EXECUTABLE)) == (CODE_OR_DATA | EXECUTABLE);
        boolean privilege = (descriptor & CONFORMING) != 0 || dpl(descriptor) == CPL;
        boolean both = (descriptor & LONG_MODE) != 0 && (descriptor & BIG) != 0;
        if (!code || !privilege || both || (selector & 3) != CPL) {
            throw c.raise(op, Vector.GP, selector & 0xfffc);
        }
        if ((descriptor & PRESENT) == 0) {
            throw c.raise(op, Vector.NP, selector & 0xfffc);
        }
        return (descriptor & LONG_MODE) != 0;
    }

    static void checkStack(Cpu c, Op op, int selector) {
        if (isNull(selector)) {
            throw c.raise(op, Vector.GP, 0);
        }
        check(c, op, Sreg.SS, selector, c.env.descriptor(c, selector));
    }

    /** LAR, LSL, VERR and VERW: whether the selector may be seen from CPL 3; 0 where not. */
    static long visible(Cpu c, int selector) {
        if (isNull(selector)) {
            return 0;
        }
        long descriptor = c.env.descriptor(c, selector);
        boolean conforming = (descriptor & (CODE_OR_DATA | EXECUTABLE | CONFORMING)) >>> 42 == 0b111;
        boolean privilege = dpl(descriptor) == CPL;
        return conforming || privilege ? descriptor : 0;
    }

    static boolean isCodeOrData(long descriptor) {
        return (descriptor & CODE_OR_DATA) != 0;
    }

    /** System descriptors with a limit: LDT and TSS, which LSL and LAR see; LAR sees call gates as well. */
    static boolean hasLimit(long descriptor) {
        int type = (int) (descriptor >>> 40) & 15;
        return isCodeOrData(descriptor) || type == 2 || type == 9 || type == 11;
    }

    static boolean hasRights(long descriptor) {
        return hasLimit(descriptor) || ((int) (descriptor >>> 40) & 15) == 12;
    }

    static boolean readable(long descriptor) {
        boolean data = (descriptor & EXECUTABLE) == 0;
        return isCodeOrData(descriptor) && (data || (descriptor & WRITABLE_OR_READABLE) != 0);
    }

    static boolean writable(long descriptor) {
        return isCodeOrData(descriptor) && (descriptor & EXECUTABLE) == 0 && (descriptor & WRITABLE_OR_READABLE) != 0;
    }
}
