package dev.xenolith.engine.abi;

/**
 * One entry of a version 1 grant table: {@code struct grant_entry_v1} ({@code public/grant_table.h}).
 *
 * <pre>
 *   0       2       4       8
 *   | flags | domid | frame |
 * </pre>
 */
public final class GrantEntryV1 {

    public static final int FLAGS = 0;
    public static final int DOMID = 2;
    public static final int FRAME = 4;
    public static final int BYTES = 8;
    public static final int PER_PAGE = PageSize.BYTES / BYTES;

    /** References below this are kept for the toolstack's use. */
    public static final int RESERVED_ENTRIES = 8;

    public static final int RESERVED_CONSOLE = 0;
    public static final int RESERVED_XENSTORE = 1;

    public static final int TYPE_MASK = 3;
    public static final int INVALID = 0;
    public static final int PERMIT_ACCESS = 1;
    public static final int ACCEPT_TRANSFER = 2;
    public static final int TRANSITIVE = 3;

    public static final int READONLY = 1 << 2;
    /** Set by Xen while the frame is mapped. */
    public static final int READING = 1 << 3;
    /** Set by Xen while the frame is mapped writable. */
    public static final int WRITING = 1 << 4;

    public static final int SUB_PAGE = 1 << 8;

    private GrantEntryV1() {}
}
