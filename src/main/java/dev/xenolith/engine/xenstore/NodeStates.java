package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.xenstore.ConnectionState.NodeState;
import java.util.List;

/** Nodes as a save carries them: in the names the guest uses. */
final class NodeStates {

    private NodeStates() {}

    static NodeState of(GuestNames names, String path, Node node) {
        return new NodeState(
                names.swap(path),
                node.value(),
                text(names, node.permissions()),
                names.swapChildren(path, node.children()));
    }

    /** @throws IllegalArgumentException if it cannot be one */
    static Node node(GuestNames names, NodeState state) {
        List<Permission> permissions = permissions(names, state.permissions());
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException(
                    "xenstore node " + state.path() + ": expected an owner, got no permissions");
        }
        String path = names.swap(state.path());
        return new Node(state.value(), names.swapChildren(path, state.children()), permissions, 0);
    }

    static List<String> text(GuestNames names, List<Permission> permissions) {
        return permissions.stream()
                .map(permission -> names.swap(permission).toString())
                .toList();
    }

    static List<Permission> permissions(GuestNames names, List<String> text) {
        try {
            return text.stream().map(word -> names.swap(Permission.parse(word))).toList();
        } catch (StoreFailure failure) {
            throw new IllegalArgumentException("xenstore permissions: expected like r5, got " + text, failure);
        }
    }
}
