package dev.xenolith.engine.abi;

/** Domain ids with a meaning of their own ({@code public/xen.h}, {@code DOMID_*}). */
public final class DomidSpecial {

    /** Ids from here on name no ordinary domain. */
    public static final int FIRST_RESERVED = 0x7ff0;

    public static final int SELF = 0x7ff0;
    public static final int IO = 0x7ff1;
    public static final int XEN = 0x7ff2;
    public static final int COW = 0x7ff3;
    public static final int INVALID = 0x7ff4;
    public static final int IDLE = 0x7fff;

    private DomidSpecial() {}
}
