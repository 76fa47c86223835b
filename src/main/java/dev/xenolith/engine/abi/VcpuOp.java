package dev.xenolith.engine.abi;

/** Commands of vcpu_op ({@code public/vcpu.h}, {@code VCPUOP_*}). */
public final class VcpuOp {

    public static final int INITIALISE = 0;
    public static final int UP = 1;
    public static final int DOWN = 2;
    public static final int IS_UP = 3;
    public static final int GET_RUNSTATE_INFO = 4;
    public static final int REGISTER_RUNSTATE_MEMORY_AREA = 5;
    public static final int SET_PERIODIC_TIMER = 6;
    public static final int STOP_PERIODIC_TIMER = 7;
    public static final int SET_SINGLESHOT_TIMER = 8;
    public static final int STOP_SINGLESHOT_TIMER = 9;
    public static final int REGISTER_VCPU_INFO = 10;
    public static final int SEND_NMI = 11;
    public static final int GET_PHYSID = 12;
    public static final int REGISTER_VCPU_TIME_MEMORY_AREA = 13;

    /** {@code vcpu_runstate_info}: u32 state, u64 entry time at 8, u64 time[4] at 16. */
    public static final int RUNSTATE_STATE = 0;

    public static final int RUNSTATE_ENTRY_TIME = 8;
    public static final int RUNSTATE_TIMES = 16;
    public static final int RUNSTATE_BYTES = 48;

    /** {@code vcpu_set_singleshot_timer}: u64 timeout_abs_ns, u32 flags. */
    public static final int SINGLESHOT_TIMEOUT = 0;

    public static final int SINGLESHOT_FLAGS = 8;

    /** The deadline must lie in the future, else -ETIME. */
    public static final int SINGLESHOT_FUTURE = 1;

    /** {@code vcpu_register_vcpu_info}: u64 mfn, u32 offset. */
    public static final int VCPU_INFO_MFN = 0;

    public static final int VCPU_INFO_OFFSET = 8;

    private VcpuOp() {}
}
