package dev.xenolith.engine.abi;

/**
 * {@code struct mmuext_op} and its commands ({@code public/xen.h}).
 *
 * <pre>
 *   0     4      8                   16                             24
 *   | cmd | pad  | mfn | linear_addr | nr_ents | vcpumask | src_mfn |
 * </pre>
 */
public final class MmuExtOp {

    public static final int SIZE = 24;
    public static final int CMD = 0;
    public static final int ARG1 = 8;
    public static final int ARG2 = 16;

    public static final int PIN_L1_TABLE = 0;
    public static final int PIN_L2_TABLE = 1;
    public static final int PIN_L3_TABLE = 2;
    public static final int PIN_L4_TABLE = 3;
    public static final int UNPIN_TABLE = 4;
    public static final int NEW_BASEPTR = 5;
    public static final int TLB_FLUSH_LOCAL = 6;
    public static final int INVLPG_LOCAL = 7;
    public static final int TLB_FLUSH_MULTI = 8;
    public static final int INVLPG_MULTI = 9;
    public static final int TLB_FLUSH_ALL = 10;
    public static final int INVLPG_ALL = 11;
    public static final int FLUSH_CACHE = 12;
    public static final int SET_LDT = 13;
    public static final int NEW_USER_BASEPTR = 15;
    public static final int CLEAR_PAGE = 16;
    public static final int COPY_PAGE = 17;
    public static final int FLUSH_CACHE_GLOBAL = 18;
    public static final int MARK_SUPER = 19;
    public static final int UNMARK_SUPER = 20;

    private MmuExtOp() {}
}
