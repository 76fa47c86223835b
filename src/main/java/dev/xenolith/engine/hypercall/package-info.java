/**
 * What a guest asks of the hypervisor: hypercalls, exceptions on their way to its handlers, and the privileged
 * instructions that Xen emulates for it.
 *
 * <pre>
 *   Cpu ─► PvEnvironment ─┬─ syscall from the kernel ─► Hypercalls ─► one class a family: SchedCalls, VcpuCalls, …
 *                         ├─ syscall from user mode, exceptions, int n ─► Traps ─► BounceFrame
 *                         └─ privileged instructions ─► Msrs, ControlRegisters, Ports, CpuidPolicy
 * </pre>
 *
 * <p>A handler answers like Xen's: 0, a value, or a negative errno. Here is the errno boundary: what the guest asked
 * wrongly becomes a number, a bad pointer {@code -EFAULT}, and a call nobody knows {@code -ENOSYS}. After each entry a
 * pending upcall is delivered.
 */
@NullMarked
package dev.xenolith.engine.hypercall;

import org.jspecify.annotations.NullMarked;
