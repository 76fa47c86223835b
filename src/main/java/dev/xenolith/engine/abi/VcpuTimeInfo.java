package dev.xenolith.engine.abi;

/**
 * Where a guest reads the time: {@code struct vcpu_time_info} ({@code public/xen.h}), 32 bytes.
 *
 * <pre>
 *   0        4        8                16               24       28  29   30    32
 *   | version| pad0   | tsc_timestamp  | system_time    | mul    |shft|flag|pad1|
 * </pre>
 *
 * An odd version says an update is under way; the guest reads again until it sees one even number before and after.
 */
public final class VcpuTimeInfo {

    public static final int BYTES = 32;

    public static final int VERSION = 0;
    public static final int TSC_TIMESTAMP = 8;
    public static final int SYSTEM_TIME = 16;
    public static final int TSC_TO_SYSTEM_MUL = 24;
    /** A signed byte. */
    public static final int TSC_SHIFT = 28;

    public static final int FLAGS = 29;

    public static final int FLAG_TSC_STABLE = 1;
    public static final int FLAG_GUEST_STOPPED = 1 << 1;

    private VcpuTimeInfo() {}
}
