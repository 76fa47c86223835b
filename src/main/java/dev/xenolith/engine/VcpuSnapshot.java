package dev.xenolith.engine;

import java.util.Map;

/**
 * @param state running, runnable, blocked or offline
 * @param registers by lower-case name: rax … r15, rip, rflags, cr2, cr3, fs_base, gs_base, gs_base_kernel, cs, ss …
 */
public record VcpuSnapshot(
        int vcpu,
        String state,
        boolean kernelMode,
        boolean upcallsMasked,
        Map<String, Long> registers,
        long retiredInstructions) {}
