package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.Errno;

/**
 * The debug registers a guest sees. They are kept and given back; breakpoints do not fire, since nothing in a guest's
 * ordinary life depends on them ({@code set_debugreg} in {@code xen/arch/x86/pv/misc-hypercalls.c}).
 */
public final class DebugRegisters {

    public static final long DR6_DEFAULT = 0xffff0ff0L;
    public static final long DR7_DEFAULT = 0x400L;

    private static final long DR6_SETTABLE = 0xe00fL;
    private static final long DR7_RESERVED = 0xd000L;
    private static final long DR7_GENERAL_DETECT = 1 << 13;
    private static final long DR7_ACTIVE = 0xff;
    private static final int IO_BREAKPOINT = 2;
    private static final long CR4_DE = 1 << 3;

    private static final long XEN_START = 0xffff800000000000L;
    private static final long XEN_END = 0xffff880000000000L;

    private final long[] address = new long[4];
    private long dr6 = DR6_DEFAULT;
    private long dr7 = DR7_DEFAULT;

    public record State(long dr0, long dr1, long dr2, long dr3, long dr6, long dr7) {}

    /** What a register shows; -1 is never a register's number, so callers check it first. */
    public long get(int register, long cr4) {
        return switch (register) {
            case 0, 1, 2, 3 -> address[register];
            case 4, 6 -> dr6;
            default -> dr7;
        };
    }

    /** Whether the register exists under this cr4: dr4 and dr5 are the old names of 6 and 7. */
    public static boolean exists(int register, long cr4) {
        return register >= 0 && register <= 7 && ((register != 4 && register != 5) || (cr4 & CR4_DE) == 0);
    }

    /** 0, or -ENODEV (#UD), -EINVAL (#GP, invalid bit), -EPERM (#GP, not for guests). */
    public int set(int register, long value, long cr4) {
        if (!exists(register, cr4)) {
            return -Errno.ENODEV;
        }
        return switch (register) {
            case 0, 1, 2, 3 -> setAddress(register, value);
            case 4, 6 -> setDr6(value);
            default -> setDr7(value, cr4);
        };
    }

    private int setAddress(int register, long value) {
        if ((value >= XEN_START && value < XEN_END) || (value << 16) >> 16 != value) {
            return -Errno.EPERM;
        }
        address[register] = value;
        return 0;
    }

    private int setDr6(long value) {
        if (value >>> 32 != 0) {
            return -Errno.EINVAL;
        }
        dr6 = (value & DR6_SETTABLE) | DR6_DEFAULT;
        return 0;
    }

    private int setDr7(long value, long cr4) {
        if (value >>> 32 != 0) {
            return -Errno.EINVAL;
        }
        if ((value & DR7_GENERAL_DETECT) != 0) {
            return -Errno.EPERM;
        }
        if ((value & DR7_ACTIVE) != 0 && (cr4 & CR4_DE) == 0 && hasIoBreakpoint(value)) {
            return -Errno.EPERM;
        }
        dr7 = (value & ~DR7_RESERVED) | DR7_DEFAULT;
        return 0;
    }

    private static boolean hasIoBreakpoint(long value) {
        for (int shift = 16; shift < 32; shift += 4) {
            if ((value >> shift & 3) == IO_BREAKPOINT) {
                return true;
            }
        }
        return false;
    }

    /** Adds what a #DB says to dr6. */
    void merge(long pending) {
        dr6 |= pending & DR6_SETTABLE;
    }

    public State state() {
        return new State(address[0], address[1], address[2], address[3], dr6, dr7);
    }

    public void restore(State state) {
        address[0] = state.dr0();
        address[1] = state.dr1();
        address[2] = state.dr2();
        address[3] = state.dr3();
        dr6 = state.dr6();
        dr7 = state.dr7();
    }
}
