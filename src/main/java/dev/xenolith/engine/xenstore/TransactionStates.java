package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.xenstore.ConnectionState.AccessState;
import dev.xenolith.engine.xenstore.ConnectionState.TransactionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Open transactions, into a save and out of one. Generations mean nothing elsewhere, so a save only says of each node
 * whether it is still as it was read; if so, the restored transaction takes it as read now.
 *
 * <p>A transaction from an image may change what its domain owns the place of, its home, and nothing else: anything
 * beyond makes it fail at its commit.
 */
final class TransactionStates {

    private TransactionStates() {}

    static List<TransactionState> of(StoreClient client) {
        List<TransactionState> states = new ArrayList<>();
        for (Transaction transaction : client.transactions().values()) {
            List<AccessState> accesses = new ArrayList<>();
            transaction.accessed().forEach((path, access) -> accesses.add(of(client, path, access)));
            states.add(new TransactionState(transaction.id(), transaction.failed(), accesses));
        }
        return states;
    }

    private static AccessState of(StoreClient client, String path, Transaction.Access access) {
        Node node = access.node;
        return new AccessState(
                client.names().swap(path),
                access.generation != client.generationOf(path),
                access.generation != Node.ABSENT,
                access.modified,
                Optional.ofNullable(node).map(one -> NodeStates.of(client.names(), path, one)),
                number(access.match),
                NodeStates.text(client.names(), access.before));
    }

    static void restore(StoreClient client, StoreTree tree, List<TransactionState> states) {
        for (TransactionState state : states) {
            Transaction transaction = new Transaction(tree, client.domid(), state.id());
            if (state.failed()) {
                transaction.fail();
            }
            state.accesses().forEach(access -> restore(client, tree, transaction, access));
            if (client.transactions().put(state.id(), transaction) != null) {
                throw new IllegalArgumentException("xenstore transaction " + state.id() + ": expected once, got twice");
            }
        }
    }

    private static void restore(StoreClient client, StoreTree tree, Transaction transaction, AccessState state) {
        String path = client.names().swap(state.path());
        Transaction.Access access = new Transaction.Access(null);
        state.node()
                .ifPresent(node ->
                        access.node = NodeStates.node(client.names(), node).withGeneration(tree.nextGeneration()));
        boolean there = tree.generationOf(path) != Node.ABSENT;
        boolean asRead = !state.stale() && state.existed() == there;
        access.generation = asRead ? tree.generationOf(path) : Transaction.STALE;
        access.modified = state.modified();
        access.before = NodeStates.permissions(client.names(), state.before());
        access.match = match(state.match());
        if (access.modified && !StorePath.isWithin(path, GuestNames.home(client.domid()))) {
            access.modified = false;
            transaction.fail();
        }
        transaction.restore(path, access);
    }

    private static int number(WatchTable.@Nullable Match match) {
        return match == null ? 0 : match == WatchTable.Match.EXACT ? 1 : 2;
    }

    private static WatchTable.@Nullable Match match(int number) {
        return switch (number) {
            case 0 -> null;
            case 1 -> WatchTable.Match.EXACT;
            case 2 -> WatchTable.Match.SUBTREE;
            default ->
                throw new IllegalArgumentException("xenstore transaction: match: expected 0 to 2, got " + number);
        };
    }
}
