package dev.xenolith.rest;

import dev.xenolith.control.Action;
import dev.xenolith.control.LifecycleState;
import dev.xenolith.control.StateReason;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A domain as callers see it. */
@Schema(name = "Domain")
record DomainView(
        @Schema(description = "Xen's domain handle; lives as long as the definition")
        UUID id,

        @Schema(description = "Xen's number, new at every start or restore; null when shut off", nullable = true)
        @Nullable
        Integer domid,

        @Schema(example = "web-1") String name,
        LifecycleState state,
        StateReason stateReason,

        @Schema(description = "The reason in words, where there are any", nullable = true) @Nullable
        String stateDetail,

        Instant stateSince,

        @Schema(description = "The operation that holds the domain, if any", nullable = true) @Nullable
        UUID operation,

        @Schema(description = "The actions that would do something now")
        List<Action> allowedActions,

        int memoryMib,
        int vcpus,

        @Schema(
                description = "Name of the boot image; null for a restored domain whose kernel is not here",
                nullable = true,
                example = "pebble")
        @Nullable
        String kernel,

        @Schema(nullable = true) @Nullable String ramdisk,
        String commandLine,
        ClockView clock,
        Map<String, String> labels,
        Instant createdAt) {}
