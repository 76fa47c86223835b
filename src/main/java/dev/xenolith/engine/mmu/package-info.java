/**
 * Xen's paravirtual memory management: guests own real page tables, and every change to them is checked before it takes
 * effect ({@code xen/arch/x86/mm.c}, {@code xen/arch/x86/pv/}).
 *
 * <p><strong>Types keep a guest in.</strong> A frame has one type at a time, with a count of its uses. A writable
 * mapping is a use as WRITABLE, an entry of a level 3 table a use of its target as L2, and so on. A frame becomes a page
 * table only when all its entries have been validated (<em>promotion</em>), and stops being one (<em>demotion</em>) when
 * the last use goes. As a frame cannot be WRITABLE and a table at once, no guest ever writes an entry that was not
 * checked, and the walker may trust what it reads.
 *
 * <pre>
 *   vcpu cr3 ─► L4 ─► L3 ─► L2 ─► L1 ─► WRITABLE   (entry with RW)
 *      pin ─►    each arrow: one type use,    └──► any type   (read-only entry: a total reference only)
 *                one total reference
 *   GDT, LDT ─► SEGDESC
 * </pre>
 *
 * <p>The <em>total count</em> counts all references, type uses included; at 0 the frame is free. Pinning is a use by
 * itself, so that a table stays validated while nothing refers to it.
 *
 * <p><strong>Linear page tables.</strong> A table may name itself, or another validated table of its own level, as if it
 * were one level lower, read-only: guests use it to see their tables at a fixed address. Chains of such entries are
 * refused, or demotion would not end.
 *
 * <p><strong>Both guest modes run at CPL 3.</strong> So every present entry gets USER; a level 1 entry also gets
 * GUEST_KERNEL where the guest had not asked for USER, and GLOBAL where it had. Guests read these bits back.
 *
 * <p>The entry points are {@link dev.xenolith.engine.mmu.PvMmu} (hypercalls), {@link dev.xenolith.engine.mmu.VcpuMmu}
 * (the walker behind a vcpu's TLB), {@link dev.xenolith.engine.mmu.GuestAccess} (hypercall arguments) and {@link
 * dev.xenolith.engine.mmu.DomainMemory}. Handlers return 0, a count or −errno, exactly Xen's.
 *
 * <p>This is a hot package: ints and longs, no allocation on the common path. A domain's memory is touched by one thread
 * at a time.
 */
@NullMarked
package dev.xenolith.engine.mmu;

import org.jspecify.annotations.NullMarked;
