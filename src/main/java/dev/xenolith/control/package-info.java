/**
 * The control plane: who a domain is, what may be done to it, and what outlives the server.
 *
 * <p>The engine knows domains by number and forgets them when they end. This module gives them an identity (a {@link
 * DomainDefinition} with a UUID and a name), keeps definitions, boot images, checkpoints and operations in stores, and
 * is the only caller of the engine.
 *
 * <pre>
 *   rest ──► Domains, Lifecycle, GuestRequests, CheckpointTaking, Restoring, …
 *                │ one Seat per domain: whoever changes its lifecycle holds the seat's lock;
 *                │ an operation holds the seat itself, for as long as it takes
 *                ├──► engine.Hypervisor
 *                └──► DomainStore, BootImageStore, CheckpointStore, OperationStore, EventStore   (ports; see store)
 * </pre>
 *
 * <p>What is allowed when is one table: {@link ActionTable}.
 */
@NullMarked
package dev.xenolith.control;

import org.jspecify.annotations.NullMarked;
