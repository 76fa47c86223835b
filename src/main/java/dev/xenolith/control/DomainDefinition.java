package dev.xenolith.control;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A domain as the control plane knows it, running or not.
 *
 * @param id Xen's domain handle; lives as long as the definition
 * @param domid Xen's number, new at every start or restore; null when shut off
 * @param kernelId the boot image; null for a restored domain whose kernel is not here
 * @param stateDetail the reason in words, where there are any
 */
public record DomainDefinition(
        UUID id,
        String name,
        int memoryMib,
        int vcpus,
        @Nullable UUID kernelId,
        @Nullable UUID ramdiskId,
        String commandLine,
        Clock clock,
        Map<String, String> labels,
        Instant createdAt,
        LifecycleState state,
        StateReason stateReason,
        @Nullable String stateDetail,
        Instant stateSince,
        @Nullable Integer domid) {

    public DomainDefinition {
        labels = Map.copyOf(labels);
    }

    DomainDefinition inState(
            LifecycleState newState, StateReason reason, @Nullable String detail, @Nullable Integer newDomid) {
        return new DomainDefinition(
                id,
                name,
                memoryMib,
                vcpus,
                kernelId,
                ramdiskId,
                commandLine,
                clock,
                labels,
                createdAt,
                newState,
                reason,
                detail,
                Times.now(),
                newDomid);
    }

    DomainDefinition named(String newName, Map<String, String> newLabels) {
        return new DomainDefinition(
                id,
                newName,
                memoryMib,
                vcpus,
                kernelId,
                ramdiskId,
                commandLine,
                clock,
                newLabels,
                createdAt,
                state,
                stateReason,
                stateDetail,
                stateSince,
                domid);
    }

    /** Takes over what a checkpoint says the domain is. */
    DomainDefinition shaped(
            int newMemoryMib,
            int newVcpus,
            @Nullable UUID kernel,
            @Nullable UUID ramdisk,
            String newCommandLine,
            Clock newClock) {
        return new DomainDefinition(
                id,
                name,
                newMemoryMib,
                newVcpus,
                kernel,
                ramdisk,
                newCommandLine,
                newClock,
                labels,
                createdAt,
                state,
                stateReason,
                stateDetail,
                stateSince,
                domid);
    }
}
