package dev.xenolith.engine.xenstore;

/** What an unprivileged domain may use of the store; the numbers are xenstored's own ({@code tools/xenstored/domain.c}). */
public record Quota(
        int nodes,
        int nodeBytes,
        int watches,
        int transactions,
        int transactionNodes,
        int permissions,
        int unreadReplies,
        int bytes) {

    public static final Quota XENSTORED = new Quota(1000, 2048, 128, 10, 1024, 5, 20, 2_621_440);
}
