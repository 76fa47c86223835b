package dev.xenolith.engine.machine;

/**
 * What a frame is used as while its type count is above zero ({@code PGT_*} of {@code xen/arch/x86/include/asm/mm.h}).
 * A frame has one type at a time: that is what keeps a guest from writing its own page tables.
 *
 * <p>Ints, because the page walker and the promotion of tables compare them millions of times. A table of level n has
 * the type n.
 */
public final class FrameType {

    public static final int NONE = 0;
    public static final int L1 = 1;
    public static final int L2 = 2;
    public static final int L3 = 3;
    public static final int L4 = 4;
    public static final int SEGDESC = 5;
    public static final int WRITABLE = 6;

    public static final int COUNT = 7;

    private static final String[] NAMES = {"none", "l1", "l2", "l3", "l4", "segdesc", "writable"};

    private FrameType() {}

    public static boolean isPageTable(int type) {
        return type >= L1 && type <= L4;
    }

    public static String name(int type) {
        return NAMES[type];
    }
}
