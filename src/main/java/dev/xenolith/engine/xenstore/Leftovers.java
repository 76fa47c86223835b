package dev.xenolith.engine.xenstore;

import java.util.List;
import java.util.Map;

/** What a domain that ended left elsewhere: nodes it owns go with all below them, and its permissions go. */
final class Leftovers {

    private final StoreTree tree;
    private final NodeOperations nodes;

    Leftovers(StoreTree tree, NodeOperations nodes) {
        this.tree = tree;
        this.nodes = nodes;
    }

    void remove(int domid) {
        List<String> named = tree.all().entrySet().stream()
                .filter(entry -> names(entry.getValue(), domid))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        for (String path : named) {
            Node node = tree.read(path);
            if (node == null) {
                continue;
            }
            if (node.owner() == domid) {
                nodes.remove(path);
            } else {
                tree.write(path, node.withPermissions(without(node.permissions(), domid)));
            }
        }
    }

    private static boolean names(Node node, int domid) {
        return node.permissions().stream().anyMatch(permission -> permission.domid() == domid);
    }

    private static List<Permission> without(List<Permission> permissions, int domid) {
        return permissions.stream()
                .filter(permission -> permission.domid() != domid)
                .toList();
    }
}
