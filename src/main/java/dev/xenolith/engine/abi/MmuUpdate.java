package dev.xenolith.engine.abi;

/**
 * {@code struct mmu_update} and its commands ({@code public/xen.h}).
 *
 * <pre>
 *   0       8       16
 *   |  ptr  |  val  |     ptr[1:0] is the command
 * </pre>
 */
public final class MmuUpdate {

    public static final int SIZE = 16;
    public static final int PTR = 0;
    public static final int VAL = 8;

    /** Xen takes three bits for the command, so ptr is of 8-byte granularity. */
    public static final int COMMAND_MASK = 7;

    public static final int NORMAL_PT_UPDATE = 0;
    public static final int MACHPHYS_UPDATE = 1;
    public static final int PT_UPDATE_PRESERVE_AD = 2;
    public static final int PT_UPDATE_NO_TRANSLATE = 3;

    /** In the count argument of a continuation: the work already done is in the done argument. */
    public static final int PREEMPTED = 1 << 31;

    private MmuUpdate() {}
}
