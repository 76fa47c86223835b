/**
 * Xenstore: the small tree through which guests, their backends and the toolstack find each other ({@code
 * docs/misc/xenstore.txt}). One store for the host; each domain has a connection over a ring in a page of its own.
 *
 * <pre>
 *   guest's page ─► StoreRing ─► Requests ─► NodeOperations ─► StoreTree, or a Transaction over it
 *                      ▲                            │
 *                      └── Outbox ◄── WatchTable ◄──┘
 *   toolstack, backends ─► Toolstack ─► the same operations as domain 0
 * </pre>
 *
 * <p>Everything below the ring works on the whole store under one lock, {@link dev.xenolith.engine.xenstore.Xenstore};
 * a guest's page is only touched on its own carrier. What one domain may cost another is bounded by quotas: nodes, their
 * size, watches, transactions, unread replies, bytes.
 *
 * <p>A domain that was restored transparently still believes in the domid it had. {@link
 * dev.xenolith.engine.xenstore.GuestNames} turns every name it uses into the host's and back.
 */
@NullMarked
package dev.xenolith.engine.xenstore;

import org.jspecify.annotations.NullMarked;
