package dev.xenolith.rest;

import dev.xenolith.engine.VcpuSnapshot;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.Map;

/** A virtual CPU as callers see it. */
@Schema(name = "Vcpu")
record VcpuView(
        int vcpu,

        @Schema(description = "running, runnable, blocked or offline", example = "blocked")
        String state,

        boolean kernelMode,
        boolean upcallsMasked,

        @Schema(description = "By lower-case name, in hexadecimal", example = "{\"rip\": \"0xffffffff81000000\"}")
        Map<String, String> registers,

        long retiredInstructions) {

    static VcpuView of(VcpuSnapshot vcpu) {
        Map<String, String> registers = new LinkedHashMap<>();
        vcpu.registers().forEach((name, value) -> registers.put(name, "0x" + Long.toHexString(value)));
        return new VcpuView(
                vcpu.vcpu(),
                vcpu.state(),
                vcpu.kernelMode(),
                vcpu.upcallsMasked(),
                registers,
                vcpu.retiredInstructions());
    }
}
