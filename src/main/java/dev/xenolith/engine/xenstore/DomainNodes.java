package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.xenstore.ConnectionState.NodeState;
import java.util.ArrayList;
import java.util.List;

/** The nodes that belong to one domain, wherever in the tree they are: found, saved, put back, removed. */
final class DomainNodes {

    private static final String BACKENDS = GuestNames.HOMES + "0/backend";
    private static final String VMS = "/vm/";

    private final StoreTree tree;
    private final GuestNames names;

    DomainNodes(StoreTree tree, GuestNames names) {
        this.tree = tree;
        this.names = names;
    }

    /** Tops of the domain's subtrees, by the host's names: those that exist. */
    List<String> roots() {
        List<String> roots = new ArrayList<>();
        roots.add(GuestNames.home(names.hostDomid()));
        Node backends = tree.read(BACKENDS);
        if (backends != null) {
            backends.children().forEach(type -> roots.add(BACKENDS + "/" + type + "/" + names.hostDomid()));
        }
        if (!names.hostUuid().isEmpty()) {
            roots.add(VMS + names.hostUuid());
        }
        return roots.stream().filter(path -> tree.read(path) != null).toList();
    }

    List<NodeState> state() {
        List<NodeState> states = new ArrayList<>();
        roots().forEach(root -> walk(root).forEach(path -> {
            Node node = tree.read(path);
            if (node != null) {
                states.add(NodeStates.of(names, path, node));
            }
        }));
        return states;
    }

    /** Puts saved nodes into the tree; those above the domain's own must be there or are made. */
    void restore(List<NodeState> states) {
        for (NodeState state : states) {
            String path = names.swap(state.path());
            if (!isOurs(path) || !isCanonical(path) || tree.read(path) != null) {
                throw new IllegalArgumentException(
                        "xenstore node %s: expected one of the domain's own, once".formatted(state.path()));
            }
            Node bare = NodeStates.node(names, state);
            link(path);
            tree.write(path, new Node(bare.value(), List.of(), bare.permissions(), 0));
        }
    }

    /** The path and everything below it, parents first, siblings in order. */
    List<String> walk(String top) {
        List<String> paths = new ArrayList<>();
        List<String> todo = new ArrayList<>(List.of(top));
        while (!todo.isEmpty()) {
            String path = todo.removeLast();
            Node node = tree.read(path);
            if (node != null) {
                paths.add(path);
                node.children().reversed().forEach(child -> todo.add(StorePath.child(path, child)));
            }
        }
        return paths;
    }

    private void link(String path) {
        String parent = StorePath.parent(path);
        Node above = tree.read(parent);
        if (above == null) {
            link(parent);
            above = new Node(new byte[0], List.of(), List.of(Permission.none(Xenstore.TOOLSTACK)), 0);
        }
        tree.write(parent, above.withChild(StorePath.name(path)));
    }

    private boolean isOurs(String path) {
        if (StorePath.isWithin(path, GuestNames.home(names.hostDomid()))) {
            return true;
        }
        if (!names.hostUuid().isEmpty() && StorePath.isWithin(path, VMS + names.hostUuid())) {
            return true;
        }
        if (!path.startsWith(BACKENDS + "/")) {
            return false;
        }
        int type = path.indexOf('/', BACKENDS.length() + 1);
        return type > 0 && StorePath.isWithin(path, path.substring(0, type + 1) + names.hostDomid());
    }

    private static boolean isCanonical(String path) {
        try {
            return StorePath.canonical(path, "", false).equals(path);
        } catch (StoreFailure failure) {
            return false;
        }
    }
}
