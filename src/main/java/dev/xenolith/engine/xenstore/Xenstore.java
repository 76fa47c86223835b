package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.XenstoreEntry;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.machine.GuestPage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The host's store, and the lock under which anything in it happens. Calls that another thread's domain must hear of
 * only ask it for a turn ({@code wake}), which must not block.
 */
public final class Xenstore {

    /** The toolstack and our backends speak as the control domain. */
    public static final int TOOLSTACK = 0;

    private final Quota quota;
    private final Usage usage = new Usage();
    private final WatchTable watches = new WatchTable();
    private final StoreTree tree;
    private final Map<Integer, StoreRing> rings = new HashMap<>();

    public Xenstore() {
        this(Quota.XENSTORED);
    }

    public Xenstore(Quota quota) {
        this.quota = quota;
        this.tree = new StoreTree(usage, quota, watches);
        Toolstack toolstack = toolstack();
        toolstack.mkdir("/tool/xenstored");
        toolstack.mkdir(GuestNames.home(TOOLSTACK));
    }

    StoreTree tree() {
        return tree;
    }

    Quota quota() {
        return quota;
    }

    WatchTable watches() {
        return watches;
    }

    /** A new client that may do anything. */
    public Toolstack toolstack() {
        return new Toolstack(this);
    }

    /**
     * Introduces a domain: from now on it has a connection. Then {@link StoreRing#connect} starts it.
     *
     * @param wake asks the domain's carrier for a call of {@link StoreRing#turn}; from any thread, must not block
     */
    public StoreRing introduce(GuestNames names, GuestPage page, BackendPorts ports, Runnable wake) {
        synchronized (this) {
            StoreRing ring = new StoreRing(this, names, page, ports, wake);
            if (rings.putIfAbsent(names.hostDomid(), ring) != null) {
                throw new IllegalStateException("xenstore: domid %d is introduced".formatted(names.hostDomid()));
            }
            watches.add(ring.client());
            tree.changed("@introduceDomain", WatchTable.Match.EXACT, List.of());
            return ring;
        }
    }

    /** Tells those who watch for it that a domain has shut down. */
    public synchronized void domainShutDown() {
        tree.changed("@releaseDomain", WatchTable.Match.EXACT, List.of());
    }

    /** Ends a domain's connection and removes its nodes and every trace of its domid. */
    public synchronized void release(GuestNames names) {
        StoreRing ring = rings.remove(names.hostDomid());
        if (ring != null) {
            ring.drop();
            watches.remove(ring.client());
        }
        StoreClient remover = toolstack().client();
        NodeOperations nodes = new NodeOperations(remover, tree);
        new DomainNodes(tree, names).roots().forEach(nodes::remove);
        new Leftovers(tree, nodes).remove(names.hostDomid());
        domainShutDown();
    }

    /** What a transparent save must carry of a quiescent domain. */
    public synchronized XenstoreState state(GuestNames names) {
        return new XenstoreState(
                new DomainNodes(tree, names).state(), ring(names).state());
    }

    /**
     * Puts a saved domain's nodes and connection back; it is introduced, and not connected yet.
     *
     * @throws IllegalArgumentException if the state cannot be true; the caller releases the domain then
     */
    public synchronized void restore(GuestNames names, XenstoreState state) {
        new DomainNodes(tree, names).restore(state.nodes());
        ring(names).restore(state.connection(), tree);
    }

    /** Everything under a domain's home, parents first. */
    public synchronized List<XenstoreEntry> list(int domid) {
        DomainNodes nodes = new DomainNodes(tree, GuestNames.same(domid));
        List<XenstoreEntry> entries = new ArrayList<>();
        for (String path : nodes.walk(GuestNames.home(domid))) {
            Node node = tree.read(path);
            if (node != null) {
                entries.add(entry(path, node));
            }
        }
        return entries;
    }

    /** The rules that do not hold, one sentence each. */
    public synchronized List<String> checkInvariants() {
        return new StoreAudit(tree).run();
    }

    private StoreRing ring(GuestNames names) {
        StoreRing ring = rings.get(names.hostDomid());
        if (ring == null) {
            throw new IllegalStateException("xenstore: domid %d is not introduced".formatted(names.hostDomid()));
        }
        return ring;
    }

    private static XenstoreEntry entry(String path, Node node) {
        String permissions = String.join(
                ",", node.permissions().stream().map(Permission::toString).toList());
        return new XenstoreEntry(path, readable(node.value()), permissions);
    }

    private static String readable(byte[] value) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder escaped = new StringBuilder();
            for (byte b : value) {
                boolean plain = b >= ' ' && b < 127 && b != '\\';
                escaped.append(plain ? String.valueOf((char) b) : "\\x%02x".formatted(b & 0xff));
            }
            return escaped.toString();
        }
    }
}
