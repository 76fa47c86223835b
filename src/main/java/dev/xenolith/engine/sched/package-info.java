/**
 * Who runs when, and what time it is for whom.
 *
 * <p>A fixed pool of pCPU threads takes runnable <em>domains</em>, not vcpus: all vcpus of a domain share the one
 * carrier that holds the domain's baton, so guest atomics are plain memory accesses and a run can be repeated.
 *
 * <pre>
 *            wake()                 a pCPU takes it              turn() says AGAIN
 *   ASLEEP ──────────► QUEUED ───────────────────────► RUNNING ────────────────────► QUEUED
 *      ▲  deadline due                                    │
 *      └──────────────────────────────────────────────────┘ turn() says a deadline or NEVER
 * </pre>
 *
 * A domain that is asleep costs nothing but its place in the queue of deadlines. Work that needs a domain at rest (a
 * pause, a snapshot, a save) takes the baton between two turns and does it on the caller's own thread.
 *
 * <p>Time is an input: {@link dev.xenolith.engine.sched.DomainClock} gives each domain its own system time and TSC,
 * from the host's clock or from the instructions it has retired.
 */
@NullMarked
package dev.xenolith.engine.sched;

import org.jspecify.annotations.NullMarked;
