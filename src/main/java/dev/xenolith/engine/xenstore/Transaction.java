package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client reads and writes between start and end. Nobody is locked out: a node is copied when it is first
 * touched, and the commit fails with EAGAIN if any node that was read first has another generation by then.
 */
final class Transaction implements NodeView {

    /** In the place of a generation: what was read is known to have changed, so the commit must fail. */
    static final long STALE = -2;

    /** One node that the transaction touched. */
    static final class Access {
        /** The node here and now; null: not there. */
        @Nullable
        Node node;
        /** Generation when first read. */
        long generation;

        boolean modified;
        WatchTable.@Nullable Match match;
        List<Permission> before = List.of();

        Access(@Nullable Node node) {
            this.node = node;
            this.generation = node == null ? Node.ABSENT : node.generation();
        }
    }

    private final StoreTree tree;
    private final int domid;
    private final int id;
    private final Map<String, Access> accessed = new LinkedHashMap<>();
    private boolean failed;
    /** Bytes of copies that the client pays for while the transaction is open. */
    private int charged;

    Transaction(StoreTree tree, int domid, int id) {
        this.tree = tree;
        this.domid = domid;
        this.id = id;
        tree.nextGeneration();
    }

    int id() {
        return id;
    }

    Map<String, Access> accessed() {
        return accessed;
    }

    boolean failed() {
        return failed;
    }

    /** Puts back what a save found. */
    void restore(String path, Access access) {
        accessed.put(path, access);
        charge(access.node != null && access.modified ? access.node.bytes() : 0);
    }

    void fail() {
        failed = true;
    }

    @Override
    public @Nullable Node read(String path) {
        return access(path).node;
    }

    @Override
    public void write(String path, Node node) {
        Access access = access(path);
        access.node = node.withGeneration(tree.nextGeneration());
        access.modified = true;
        charge(node.bytes());
    }

    @Override
    public void delete(String path) {
        Access access = access(path);
        access.node = null;
        access.modified = true;
        tree.nextGeneration();
    }

    @Override
    public void changed(String path, WatchTable.Match match, List<Permission> before) {
        Access access = access(path);
        if (access.match == null) {
            access.match = match;
            access.before = before;
        } else if (match == WatchTable.Match.SUBTREE) {
            access.match = match;
        }
    }

    @Override
    public boolean roomForNodes(int owner, int more) {
        return tree.roomForNodes(owner, changes().getOrDefault(owner, 0) + more);
    }

    /** Nothing of it will be; what its copies cost is given back. */
    void close() {
        tree.usage().addBytes(domid, -charged);
        charged = 0;
    }

    /** Makes everything visible at once, or refuses and changes nothing. */
    void commit() {
        if (failed) {
            throw new StoreFailure(Errno.ENOMEM);
        }
        changes().forEach(this::requireRoom);
        accessed.forEach((path, access) -> {
            if (access.generation != tree.generationOf(path)) {
                throw new StoreFailure(Errno.EAGAIN);
            }
        });
        accessed.forEach(this::apply);
        accessed.forEach((path, access) -> {
            if (access.match != null) {
                tree.changed(path, access.match, access.before);
            }
        });
    }

    private void charge(int bytes) {
        charged += bytes;
        tree.usage().addBytes(domid, bytes);
    }

    private void requireRoom(int owner, int change) {
        boolean bounded = domid != Xenstore.TOOLSTACK && owner != Xenstore.TOOLSTACK && change > 0;
        if (bounded && tree.usage().nodes(owner) + change > tree.quota().nodes()) {
            throw new StoreFailure(Errno.ENOSPC);
        }
    }

    private void apply(String path, Access access) {
        if (!access.modified) {
            return;
        }
        if (access.node != null) {
            tree.write(path, access.node);
        } else if (access.generation != Node.ABSENT) {
            tree.delete(path);
        }
    }

    /** By how many nodes each owner would have more. */
    private Map<Integer, Integer> changes() {
        Map<Integer, Integer> changes = new HashMap<>();
        accessed.forEach((path, access) -> {
            if (access.modified) {
                Node before = tree.read(path);
                if (before != null) {
                    changes.merge(before.owner(), -1, Integer::sum);
                }
                if (access.node != null) {
                    changes.merge(access.node.owner(), 1, Integer::sum);
                }
            }
        });
        return changes;
    }

    private Access access(String path) {
        Access known = accessed.get(path);
        if (known != null) {
            return known;
        }
        if (domid != Xenstore.TOOLSTACK && accessed.size() >= tree.quota().transactionNodes()) {
            failed = true;
            throw new StoreFailure(Errno.ENOSPC);
        }
        Access fresh = new Access(tree.read(path));
        accessed.put(path, fresh);
        return fresh;
    }
}
