package dev.xenolith.engine.abi;

/**
 * Xenstore's messages: {@code struct xsd_sockmsg} and its types ({@code public/io/xs_wire.h}).
 *
 * <pre>
 *   0      4        8       12    16
 *   | type | req_id | tx_id | len | payload, len bytes, at most 4096 |
 * </pre>
 */
public final class XenstoreWire {

    public static final int CONTROL = 0;
    public static final int DIRECTORY = 1;
    public static final int READ = 2;
    public static final int GET_PERMS = 3;
    public static final int WATCH = 4;
    public static final int UNWATCH = 5;
    public static final int TRANSACTION_START = 6;
    public static final int TRANSACTION_END = 7;
    public static final int INTRODUCE = 8;
    public static final int RELEASE = 9;
    public static final int GET_DOMAIN_PATH = 10;
    public static final int WRITE = 11;
    public static final int MKDIR = 12;
    public static final int RM = 13;
    public static final int SET_PERMS = 14;
    public static final int WATCH_EVENT = 15;
    public static final int ERROR = 16;
    public static final int IS_DOMAIN_INTRODUCED = 17;
    public static final int RESUME = 18;
    public static final int SET_TARGET = 19;
    /** 20 was RESTRICT and is gone. */
    public static final int RESET_WATCHES = 21;

    public static final int DIRECTORY_PART = 22;
    public static final int TYPE_COUNT = 23;

    public static final int HEADER_TYPE = 0;
    public static final int HEADER_REQ_ID = 4;
    public static final int HEADER_TX_ID = 8;
    public static final int HEADER_LEN = 12;
    public static final int HEADER_BYTES = 16;

    public static final int PAYLOAD_MAX = 4096;
    public static final int ABSOLUTE_PATH_MAX = 3072;
    public static final int RELATIVE_PATH_MAX = 2048;

    private XenstoreWire() {}
}
