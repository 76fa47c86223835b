package dev.xenolith.engine.xenstore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What must always hold of the tree; each broken rule is one sentence. */
final class StoreAudit {

    private final StoreTree tree;
    private final List<String> broken = new ArrayList<>();

    StoreAudit(StoreTree tree) {
        this.tree = tree;
    }

    List<String> run() {
        Map<Integer, Integer> owned = new HashMap<>();
        tree.all().forEach((path, node) -> {
            owned.merge(node.owner(), 1, Integer::sum);
            children(path, node);
            parent(path);
        });
        owned.forEach((domid, nodes) -> {
            int counted = tree.usage().nodes(domid);
            check(counted == nodes, "domain %d owns %d nodes and is charged for %d".formatted(domid, nodes, counted));
        });
        return broken;
    }

    private void children(String path, Node node) {
        check(
                new HashSet<>(node.children()).size() == node.children().size(),
                "xenstore %s: a child is listed twice".formatted(path));
        for (String child : node.children()) {
            check(
                    tree.read(StorePath.child(path, child)) != null,
                    "xenstore %s: child %s is not there".formatted(path, child));
        }
    }

    private void parent(String path) {
        if (path.equals(StorePath.ROOT) || StorePath.isSpecial(path)) {
            return;
        }
        Node parent = tree.read(StorePath.parent(path));
        check(
                parent != null && parent.children().contains(StorePath.name(path)),
                "xenstore %s: its parent does not list it".formatted(path));
    }

    private void check(boolean holds, String rule) {
        if (!holds) {
            broken.add(rule);
        }
    }
}
