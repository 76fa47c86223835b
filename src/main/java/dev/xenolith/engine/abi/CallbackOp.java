package dev.xenolith.engine.abi;

/** Commands, types and the argument of callback_op ({@code public/callback.h}). */
public final class CallbackOp {

    public static final int REGISTER = 0;
    public static final int UNREGISTER = 1;

    /** Types, {@code CALLBACKTYPE_*}. */
    public static final int EVENT = 0;

    public static final int FAILSAFE = 1;
    public static final int SYSCALL = 2;
    public static final int SYSENTER_DEPRECATED = 3;
    public static final int NMI = 4;
    public static final int SYSENTER = 5;
    public static final int SYSCALL32 = 7;

    /** {@code callback_register}: u16 type, u16 flags, u64 address at 8; {@code callback_unregister}: u16 type. */
    public static final int TYPE = 0;

    public static final int FLAGS = 2;
    public static final int ADDRESS = 8;

    /** Flag: upcalls are masked when the callback is entered. */
    public static final int MASK_EVENTS = 1;

    private CallbackOp() {}
}
