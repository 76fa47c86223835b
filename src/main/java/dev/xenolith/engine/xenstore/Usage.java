package dev.xenolith.engine.xenstore;

import java.util.HashMap;
import java.util.Map;

/** What each domain uses of the store: nodes it owns, and bytes of nodes, watches and unread messages. */
final class Usage {

    private static final class Account {
        int nodes;
        int bytes;
    }

    private final Map<Integer, Account> accounts = new HashMap<>();

    int nodes(int domid) {
        Account account = accounts.get(domid);
        return account == null ? 0 : account.nodes;
    }

    int bytes(int domid) {
        Account account = accounts.get(domid);
        return account == null ? 0 : account.bytes;
    }

    void addNodes(int domid, int nodes, int bytes) {
        Account account = accounts.computeIfAbsent(domid, any -> new Account());
        account.nodes += nodes;
        account.bytes += bytes;
        if (account.nodes == 0 && account.bytes == 0) {
            accounts.remove(domid);
        }
    }

    void addBytes(int domid, int bytes) {
        addNodes(domid, 0, bytes);
    }
}
