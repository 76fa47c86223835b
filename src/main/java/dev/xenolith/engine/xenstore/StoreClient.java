package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client of the store: a domain, or the toolstack, which is domain 0 and may do anything. */
final class StoreClient {

    /** Where a client's watch events go. */
    interface Events {
        void event(String path, String token);
    }

    private final StoreTree tree;
    private final GuestNames names;
    private final Events events;
    private final List<Watch> watches = new ArrayList<>();
    private final Map<Integer, Transaction> transactions = new LinkedHashMap<>();
    private int nextTransaction = 1;

    StoreClient(StoreTree tree, GuestNames names, Events events) {
        this.tree = tree;
        this.names = names;
        this.events = events;
    }

    GuestNames names() {
        return names;
    }

    int domid() {
        return names.hostDomid();
    }

    long generationOf(String path) {
        return tree.generationOf(path);
    }

    boolean privileged() {
        return domid() == Xenstore.TOOLSTACK;
    }

    /** The host's path for what the client gave. */
    String resolve(String given, boolean special) {
        return names.swap(StorePath.canonical(given, GuestNames.home(names.guestDomid()), special));
    }

    // --- permissions

    boolean mayRead(List<Permission> permissions) {
        return owns(permissions) || mine(permissions).read();
    }

    boolean mayWrite(List<Permission> permissions) {
        return owns(permissions) || mine(permissions).write();
    }

    boolean owns(List<Permission> permissions) {
        return privileged() || permissions.getFirst().domid() == domid();
    }

    private Permission mine(List<Permission> permissions) {
        for (Permission permission : permissions.subList(1, permissions.size())) {
            if (permission.domid() == domid()) {
                return permission;
            }
        }
        return permissions.getFirst();
    }

    // --- limits

    /** Refuses a node that is larger than the client may write. */
    void requireNodeBytes(String path, Node node) {
        if (privileged()) {
            return;
        }
        if (node.bytes() > tree.quota().nodeBytes()) {
            throw new StoreFailure(Errno.ENOSPC);
        }
        requireBytes(path.length() + node.bytes());
    }

    void requirePermissions(int count) {
        if (!privileged() && count > tree.quota().permissions()) {
            throw new StoreFailure(Errno.ENOSPC);
        }
    }

    void requireBytes(int more) {
        if (!hasRoomForBytes(more)) {
            throw new StoreFailure(Errno.ENOMEM);
        }
    }

    boolean hasRoomForBytes(int more) {
        return privileged()
                || tree.usage().bytes(domid()) + more <= tree.quota().bytes();
    }

    void pay(int bytes) {
        tree.usage().addBytes(domid(), bytes);
    }

    // --- watches

    boolean hasWatches() {
        return !watches.isEmpty();
    }

    List<Watch> watches() {
        return watches;
    }

    Watch addWatch(String given, String token) {
        Watch watch = new Watch(resolve(given, true), token, StorePath.isRelative(given));
        if (find(watch.path(), token) != null) {
            throw new StoreFailure(Errno.EEXIST);
        }
        if (!privileged() && watches.size() >= tree.quota().watches()) {
            throw new StoreFailure(Errno.E2BIG);
        }
        requireBytes(watch.bytes());
        pay(watch.bytes());
        watches.add(watch);
        return watch;
    }

    void removeWatch(String given, String token) {
        Watch watch = find(resolve(given, true), token);
        if (watch == null) {
            throw new StoreFailure(Errno.ENOENT);
        }
        watches.remove(watch);
        pay(-watch.bytes());
    }

    private @Nullable Watch find(String path, String token) {
        for (Watch watch : watches) {
            if (watch.path().equals(path) && watch.token().equals(token)) {
                return watch;
            }
        }
        return null;
    }

    /** Passes a change on to the watches that hear of it. */
    void tell(String path, WatchTable.Match match) {
        for (Watch watch : watches) {
            if (watch.hears(path, match)) {
                send(watch, path);
            }
        }
    }

    void send(Watch watch, String path) {
        String shown = names.swap(path);
        int prefix = GuestNames.home(names.guestDomid()).length() + 1;
        events.event(watch.relative() ? shown.substring(prefix) : shown, watch.token());
    }

    // --- transactions

    Map<Integer, Transaction> transactions() {
        return transactions;
    }

    int nextTransaction() {
        return nextTransaction;
    }

    void setNextTransaction(int next) {
        nextTransaction = next;
    }

    Transaction begin() {
        if (!privileged() && transactions.size() >= tree.quota().transactions()) {
            throw new StoreFailure(Errno.ENOSPC);
        }
        int id = nextTransaction++;
        while (id == 0 || transactions.containsKey(id)) {
            id = nextTransaction++;
        }
        Transaction transaction = new Transaction(tree, domid(), id);
        transactions.put(id, transaction);
        return transaction;
    }

    /** What a request with this transaction id works on. */
    NodeView view(int id) {
        if (id == 0) {
            return tree;
        }
        Transaction transaction = transactions.get(id);
        if (transaction == null) {
            throw new StoreFailure(Errno.ENOENT);
        }
        return transaction;
    }

    /** Ends a transaction; it is gone whatever comes of it. */
    void end(Transaction transaction, boolean commit) {
        transactions.remove(transaction.id());
        transaction.close();
        if (commit) {
            transaction.commit();
        }
    }

    /** Forgets every watch and transaction. */
    void reset() {
        watches.forEach(watch -> pay(-watch.bytes()));
        watches.clear();
        transactions.values().forEach(Transaction::close);
        transactions.clear();
    }
}
