/**
 * A domain and its vcpus: what Xen keeps about a PV guest beside its memory.
 *
 * <pre>
 *   GuestDomain ─┬─ Lifecycle            paused, running, shut down, crashed; one writer
 *                ├─ SharedInfoPage       wall clock, first 32 vcpu_infos
 *                ├─ DomainMemory (mmu), EventChannels (evtchn), Grants (grant), DomainClock (sched)
 *                ├─ Rounds               whose slice it is, timers, backends: one turn on a carrier
 *                └─ Vcpu ─┬─ Cpu, VcpuMmu
 *                         ├─ TrapTable, Callbacks, DebugRegisters, VcpuTimers, Runstate
 *                         └─ BounceFrame   enters the guest kernel at a handler
 * </pre>
 *
 * <p>A guest has two modes, kernel and user, both at CPL 3; Xen changes between them by changing page tables, GS base
 * and stack. The guest's kernel is entered only through {@link dev.xenolith.engine.domain.BounceFrame} and left only
 * through {@link dev.xenolith.engine.domain.GuestReturn}.
 *
 * <p>Whoever holds the domain's baton (see {@code sched}) may touch everything here; nobody else may touch anything
 * but {@link dev.xenolith.engine.domain.Lifecycle}'s snapshot.
 */
@NullMarked
package dev.xenolith.engine.domain;

import org.jspecify.annotations.NullMarked;
