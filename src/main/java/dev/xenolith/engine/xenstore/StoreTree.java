package dev.xenolith.engine.xenstore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All nodes that are there for everybody, by path. */
final class StoreTree implements NodeView {

    private final Map<String, Node> nodes = new HashMap<>();
    private final Usage usage;
    private final Quota quota;
    private final WatchTable watches;
    private long generation;

    StoreTree(Usage usage, Quota quota, WatchTable watches) {
        this.usage = usage;
        this.quota = quota;
        this.watches = watches;
        List<Permission> nobody = List.of(Permission.none(Xenstore.TOOLSTACK));
        for (String path : List.of(StorePath.ROOT, "@introduceDomain", "@releaseDomain")) {
            write(path, new Node(new byte[0], List.of(), nobody, 0));
        }
    }

    long nextGeneration() {
        return ++generation;
    }

    long generationOf(String path) {
        Node node = nodes.get(path);
        return node == null ? Node.ABSENT : node.generation();
    }

    Map<String, Node> all() {
        return nodes;
    }

    Usage usage() {
        return usage;
    }

    Quota quota() {
        return quota;
    }

    @Override
    public @Nullable Node read(String path) {
        return nodes.get(path);
    }

    @Override
    public void write(String path, Node node) {
        account(path, nodes.put(path, node.withGeneration(nextGeneration())), -1);
        account(path, node, 1);
    }

    @Override
    public void delete(String path) {
        account(path, nodes.remove(path), -1);
        nextGeneration();
    }

    @Override
    public void changed(String path, WatchTable.Match match, List<Permission> before) {
        watches.fire(this, path, match, before);
    }

    @Override
    public boolean roomForNodes(int domid, int more) {
        return domid == Xenstore.TOOLSTACK || usage.nodes(domid) + more <= quota.nodes();
    }

    private void account(String path, @Nullable Node node, int sign) {
        if (node != null) {
            usage.addNodes(node.owner(), sign, sign * (path.length() + node.bytes()));
        }
    }
}
