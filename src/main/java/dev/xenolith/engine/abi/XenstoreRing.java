package dev.xenolith.engine.abi;

/**
 * A guest's xenstore page: {@code struct xenstore_domain_interface} ({@code public/io/xs_wire.h}).
 *
 * <pre>
 *   0            1024         2048       2052       2056       2060       2064       2068         2072    2076
 *   | req[1024]  | rsp[1024]  | req_cons | req_prod | rsp_cons | rsp_prod | features | connection | error |
 * </pre>
 */
public final class XenstoreRing {

    public static final int REQ = 0;
    public static final int RSP = 1024;
    public static final int RING_BYTES = 1024;

    public static final int REQ_CONS = 2048;
    public static final int REQ_PROD = 2052;
    public static final int RSP_CONS = 2056;
    public static final int RSP_PROD = 2060;
    public static final int SERVER_FEATURES = 2064;
    public static final int CONNECTION = 2068;
    public static final int ERROR = 2072;

    public static final int FEATURE_RECONNECTION = 1;
    public static final int FEATURE_ERROR = 2;

    public static final int CONNECTED = 0;
    public static final int RECONNECT = 1;

    public static final int ERROR_NONE = 0;
    public static final int ERROR_COMM = 1;
    public static final int ERROR_RING_INDEX = 2;
    public static final int ERROR_PROTOCOL = 3;

    private XenstoreRing() {}
}
