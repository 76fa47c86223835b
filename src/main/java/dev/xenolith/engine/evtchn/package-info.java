/**
 * Event channels: the interrupts of a PV guest ({@code xen/include/public/event_channel.h}).
 *
 * <p>A <em>port</em> is a number in one domain's table. It is free, reserved (port 0), unbound (waiting for a named
 * domain), interdomain (two ends of one channel), a virq (an interrupt that the hypervisor raises) or an ipi (one vcpu
 * to another). An event is one bit: pending or not. Two forms of those bits exist behind {@link
 * dev.xenolith.engine.evtchn.PendingBits}: two levels of bitmaps in the shared info page (4096 ports), and FIFO queues
 * in pages of the guest (131072 ports, 16 priorities).
 *
 * <pre>
 *   send, sendVirq, raise ─► EventChannels ─► PendingBits ─► the guest's page ─► Upcalls ─► EventVcpus.kick
 *                                 │
 *                                 ├─ another domain's channel ─► its inbox, delivered on its own carrier
 *                                 └─ a backend of ours ─► BackendPort
 * </pre>
 *
 * <p>A domain's bits are written on its carrier only. Its table may also be changed by the domain at the other end of a
 * channel, so every change of a table is made under the one lock of {@link dev.xenolith.engine.evtchn.EventFabric}; no
 * callback is made under it.
 */
@NullMarked
package dev.xenolith.engine.evtchn;

import org.jspecify.annotations.NullMarked;
