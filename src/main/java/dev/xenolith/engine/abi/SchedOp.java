package dev.xenolith.engine.abi;

/** Commands of sched_op and reasons for a shutdown ({@code public/sched.h}). */
public final class SchedOp {

    public static final int YIELD = 0;
    public static final int BLOCK = 1;
    public static final int SHUTDOWN = 2;
    public static final int POLL = 3;
    public static final int REMOTE_SHUTDOWN = 4;
    public static final int SHUTDOWN_CODE = 5;
    public static final int WATCHDOG = 6;
    public static final int PIN_OVERRIDE = 7;

    /** Reasons ({@code SHUTDOWN_*}). */
    public static final int POWEROFF = 0;

    public static final int REBOOT = 1;
    public static final int SUSPEND = 2;
    public static final int CRASH = 3;
    public static final int WATCHDOG_EXPIRED = 4;
    public static final int SOFT_RESET = 5;

    /** {@code sched_shutdown}: u32 reason. */
    public static final int SHUTDOWN_REASON = 0;

    /** {@code sched_poll}: ports (va), u32 nr_ports, u64 timeout. */
    public static final int POLL_PORTS = 0;

    public static final int POLL_NR_PORTS = 8;
    public static final int POLL_TIMEOUT = 16;

    /** {@code sched_watchdog}: u32 id, u32 timeout in seconds. */
    public static final int WATCHDOG_ID = 0;

    public static final int WATCHDOG_TIMEOUT = 4;

    private SchedOp() {}
}
