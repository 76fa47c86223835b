package dev.xenolith.engine.xenstore;

import java.util.ArrayList;
import java.util.List;

/** All clients and what they watch: finds who hears of a change and may. */
final class WatchTable {

    /** How far up a change is heard. */
    enum Match {
        /** By watches of this very path: a node that goes because one above it was removed. */
        EXACT,
        /** By watches of this path and of any above it. */
        SUBTREE
    }

    private final List<StoreClient> clients = new ArrayList<>();

    void add(StoreClient client) {
        clients.add(client);
    }

    void remove(StoreClient client) {
        clients.remove(client);
    }

    List<StoreClient> clients() {
        return clients;
    }

    void fire(NodeView tree, String path, Match match, List<Permission> before) {
        for (StoreClient client : List.copyOf(clients)) {
            if (client.hasWatches() && permitted(client, tree, path, before)) {
                client.tell(path, match);
            }
        }
    }

    /** A client hears of what it can read, or could before, or whose parent it can read. */
    private static boolean permitted(StoreClient client, NodeView tree, String path, List<Permission> before) {
        if (!before.isEmpty() && client.mayRead(before)) {
            return true;
        }
        Node node = tree.read(path);
        if (node == null) {
            return false;
        }
        Node parent = tree.read(StorePath.parent(path));
        return client.mayRead(node.permissions()) || (parent != null && client.mayRead(parent.permissions()));
    }
}
