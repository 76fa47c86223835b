package dev.xenolith.engine.abi;

/**
 * What Xen and one vcpu share: {@code struct vcpu_info} ({@code public/xen.h}), 64 bytes. It lives in the shared info
 * page, or wherever the guest registered it.
 *
 * <pre>
 *   0         1      2    8             16    24    32            64
 *   | pending | mask | .. | pending_sel | cr2 | pad | time info   |
 * </pre>
 */
public final class VcpuInfo {

    public static final int BYTES = 64;

    /** One byte, set by Xen, cleared by the guest before it looks for work. */
    public static final int UPCALL_PENDING = 0;
    /** One byte; while it is not 0 no upcall is entered. */
    public static final int UPCALL_MASK = 1;
    /** One bit for each word of the pending array (2-level ABI). */
    public static final int PENDING_SEL = 8;

    public static final int CR2 = 16;

    /** A {@link VcpuTimeInfo}. */
    public static final int TIME = 32;

    private VcpuInfo() {}
}
