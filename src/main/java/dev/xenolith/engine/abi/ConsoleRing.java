package dev.xenolith.engine.abi;

/**
 * The PV console page: {@code struct xencons_interface} ({@code public/io/console.h}). The indices run freely and are
 * taken modulo the ring's size.
 *
 * <pre>
 *   0            1024          3072      3076      3080       3084       3088
 *   | in[1024]   | out[2048]   | in_cons | in_prod | out_cons | out_prod |
 * </pre>
 */
public final class ConsoleRing {

    /** Bytes typed to the guest. */
    public static final int IN = 0;

    public static final int IN_BYTES = 1024;
    /** Bytes the guest prints. */
    public static final int OUT = 1024;

    public static final int OUT_BYTES = 2048;

    public static final int IN_CONS = 3072;
    public static final int IN_PROD = 3076;
    public static final int OUT_CONS = 3080;
    public static final int OUT_PROD = 3084;

    private ConsoleRing() {}
}
