package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one client does with nodes of one view; paths are absolute and the host's. A refusal says nothing about a node to
 * who may not know of it: whether it exists is only told to those who could do the same with its nearest ancestor.
 */
final class NodeOperations {

    private enum Need {
        READ,
        WRITE,
        OWN
    }

    private final StoreClient client;
    private final NodeView view;

    NodeOperations(StoreClient client, NodeView view) {
        this.client = client;
        this.view = view;
    }

    Node read(String path) {
        return orMissing(find(path, Need.READ));
    }

    void write(String path, byte[] value) {
        Node node = find(path, Need.WRITE);
        if (node == null) {
            create(path, value);
        } else {
            Node changed = node.withValue(value);
            client.requireNodeBytes(path, changed);
            view.write(path, changed);
        }
        view.changed(path, WatchTable.Match.SUBTREE, List.of());
    }

    void mkdir(String path) {
        if (find(path, Need.WRITE) == null) {
            create(path, new byte[0]);
            view.changed(path, WatchTable.Match.SUBTREE, List.of());
        }
    }

    /** Removes a node and all below it; one that is not there is fine if its parent is. */
    void remove(String path) {
        Node node = find(path, Need.WRITE);
        if (node == null) {
            orMissing(view.read(StorePath.parent(path)));
            return;
        }
        if (path.equals(StorePath.ROOT)) {
            throw new StoreFailure(Errno.EINVAL);
        }
        for (String below : belowFirst(path)) {
            WatchTable.Match match = below.equals(path) ? WatchTable.Match.SUBTREE : WatchTable.Match.EXACT;
            view.changed(below, match, orMissing(view.read(below)).permissions());
            view.delete(below);
        }
        String parent = StorePath.parent(path);
        view.write(parent, orMissing(view.read(parent)).withoutChild(StorePath.name(path)));
    }

    /** Sets all permissions of a node; only who is privileged may give it to another owner. */
    void setPermissions(String path, List<Permission> permissions) {
        Node node = orMissing(find(path, Need.OWN));
        if (!client.privileged() && permissions.getFirst().domid() != node.owner()) {
            throw new StoreFailure(Errno.EPERM);
        }
        Node changed = node.withPermissions(permissions);
        client.requireNodeBytes(path, changed);
        view.write(path, changed);
        view.changed(path, WatchTable.Match.SUBTREE, node.permissions());
    }

    /** The node, or null when it is not there and the client may know that. */
    private @Nullable Node find(String path, Need need) {
        Node node = view.read(path);
        if (node == null) {
            if (!allows(nearest(path).permissions(), need)) {
                throw new StoreFailure(Errno.EACCES);
            }
            return null;
        }
        if (!allows(node.permissions(), need)) {
            throw new StoreFailure(Errno.EACCES);
        }
        return node;
    }

    private boolean allows(List<Permission> permissions, Need need) {
        return switch (need) {
            case READ -> client.mayRead(permissions);
            case WRITE -> client.mayWrite(permissions);
            case OWN -> client.owns(permissions);
        };
    }

    /** Makes a node and the parents it lacks, with the permissions of the nearest that is there. */
    private void create(String path, byte[] value) {
        List<String> missing = missing(path);
        String top = StorePath.parent(missing.getLast());
        Node parent = orMissing(view.read(top));
        List<Permission> inherited = new ArrayList<>(parent.permissions());
        if (!client.privileged()) {
            inherited.set(0, inherited.getFirst().withDomid(client.domid()));
            if (!view.roomForNodes(client.domid(), missing.size())) {
                throw new StoreFailure(Errno.ENOSPC);
            }
        }
        Node extended = parent.withChild(StorePath.name(missing.getLast()));
        client.requireNodeBytes(top, extended);
        List<Node> made = new ArrayList<>();
        for (int i = 0; i < missing.size(); i++) {
            List<String> children = i == 0 ? List.of() : List.of(StorePath.name(missing.get(i - 1)));
            Node node = new Node(i == 0 ? value : new byte[0], children, List.copyOf(inherited), 0);
            client.requireNodeBytes(missing.get(i), node);
            made.add(node);
        }
        for (int i = 0; i < missing.size(); i++) {
            view.write(missing.get(i), made.get(i));
        }
        view.write(top, extended);
    }

    /** The path and those above it that do not exist, lowest first. */
    private List<String> missing(String path) {
        List<String> missing = new ArrayList<>();
        for (String at = path; view.read(at) == null; at = StorePath.parent(at)) {
            missing.add(at);
        }
        return missing;
    }

    private Node nearest(String path) {
        String at = path;
        Node node = null;
        while (node == null && !at.equals(StorePath.ROOT)) {
            at = StorePath.parent(at);
            node = view.read(at);
        }
        return orMissing(node);
    }

    /** The node and all below it, each after what is below it. */
    private List<String> belowFirst(String path) {
        Deque<String> todo = new ArrayDeque<>(List.of(path));
        List<String> found = new ArrayList<>();
        while (!todo.isEmpty()) {
            String at = todo.pop();
            found.add(at);
            for (String child : orMissing(view.read(at)).children()) {
                todo.push(StorePath.child(at, child));
            }
        }
        return found.reversed();
    }

    private static Node orMissing(@Nullable Node node) {
        if (node == null) {
            throw new StoreFailure(Errno.ENOENT);
        }
        return node;
    }
}
