package dev.xenolith.engine.abi;

/**
 * The FIFO event-channel ABI ({@code public/event_channel.h}).
 *
 * <pre>
 *   event word   31      30     29     28   27..17     16..0
 *                PENDING MASKED LINKED BUSY (reserved) LINK: next port of its queue
 *
 *   control block   0       4       8
 *                   | ready | _rsvd | head[16], one for each priority |
 * </pre>
 */
public final class EventFifo {

    public static final int PENDING = 1 << 31;
    public static final int MASKED = 1 << 30;
    public static final int LINKED = 1 << 29;
    public static final int BUSY = 1 << 28;

    public static final int LINK_BITS = 17;
    public static final int LINK_MASK = (1 << LINK_BITS) - 1;
    public static final int PORTS = 1 << LINK_BITS;

    public static final int PRIORITY_DEFAULT = 7;
    public static final int PRIORITY_MIN = 15;
    public static final int QUEUES = PRIORITY_MIN + 1;

    public static final int WORD_BYTES = 4;
    public static final int WORDS_PER_PAGE = PageSize.BYTES / WORD_BYTES;
    public static final int ARRAY_PAGES = PORTS / WORDS_PER_PAGE;

    public static final int CONTROL_READY = 0;
    public static final int CONTROL_HEAD = 8;
    public static final int CONTROL_BYTES = CONTROL_HEAD + QUEUES * 4;

    private EventFifo() {}
}
