package dev.xenolith.engine.xenstore;

import java.util.List;

/**
 * A domain's part of the store: its home, the directories of its backends and of its identity, and its connection.
 *
 * @param nodes each after its parent, siblings in their order; a node's children are those that follow
 */
public record XenstoreState(List<ConnectionState.NodeState> nodes, ConnectionState connection) {}
