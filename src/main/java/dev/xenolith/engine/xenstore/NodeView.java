package dev.xenolith.engine.xenstore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes as one request sees them: the store's, or those of a transaction. */
interface NodeView {

    @Nullable
    Node read(String path);

    /** Puts a node there, new or changed, under a new generation. */
    void write(String path, Node node);

    void delete(String path);

    /**
     * A change of {@code path} that watches must hear of: at once, or when the transaction commits.
     *
     * @param before permissions the node had, when who could read it by those must hear of it too; else empty
     */
    void changed(String path, WatchTable.Match match, List<Permission> before);

    /** Whether so many more nodes are within what {@code domid} may have. */
    boolean roomForNodes(int domid, int more);
}
