package dev.xenolith.control;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.Hypervisor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the running thing of a definition. */
@Component
class Starter {

    private static final long PAGES_PER_MIB = 256;

    private final Hypervisor hypervisor;
    private final BootImageStore bootImages;
    private final BootImageFiles files;
    private final ConsoleLogs consoles;

    Starter(Hypervisor hypervisor, BootImageStore bootImages, BootImageFiles files, ConsoleLogs consoles) {
        this.hypervisor = hypervisor;
        this.bootImages = bootImages;
        this.files = files;
        this.consoles = consoles;
    }

    /** How the definition of a booted domain gets into the store, and out again. */
    record Recording(Consumer<DomainDefinition> write, Runnable undo) {}

    /** Builds a domain, records it, seats it and lets it go: all of it or nothing. */
    DomainDefinition boot(Seat seat, DomainDefinition domain, StateReason reason, boolean paused, Recording recording) {
        Journal journal = new Journal();
        try {
            LiveDomain live = build(domain);
            journal.done("build", live::destroy);
            DomainDefinition booted = domain.inState(
                    paused ? LifecycleState.PAUSED : LifecycleState.RUNNING,
                    reason,
                    null,
                    live.engine().domid());
            recording.write().accept(booted);
            journal.done("record", recording.undo());
            // Before it runs: what the guest does then finds the domain by its seat.
            seat.seat(live);
            journal.done("seat", () -> seat.seat(null));
            if (!paused) {
                live.engine().unpause();
            }
            journal.commit();
            return booted;
        } finally {
            journal.undo();
        }
    }

    private LiveDomain build(DomainDefinition domain) {
        BootImage kernel = require(domain, domain.kernelId());
        // Shared, since the engine may read the files on another thread; closed as soon as the domain is built.
        try (Arena arena = Arena.ofShared()) {
            @Nullable
            MemorySegment ramdisk =
                    domain.ramdiskId() == null ? null : files.map(require(domain, domain.ramdiskId()), arena);
            Domain built = hypervisor.create(new DomainSpec(
                    domain.id(),
                    domain.name(),
                    domain.memoryMib() * PAGES_PER_MIB,
                    domain.vcpus(),
                    files.map(kernel, arena),
                    ramdisk,
                    domain.commandLine(),
                    domain.clock().spec(),
                    consoles.of(domain.id())));
            return new LiveDomain(built, () -> {});
        }
    }

    boolean canBuild(DomainDefinition domain) {
        return domain.kernelId() != null && bootImages.byId(domain.kernelId()).isPresent();
    }

    private BootImage require(DomainDefinition domain, @Nullable UUID id) {
        if (id == null) {
            throw noKernel(domain);
        }
        return bootImages.byId(id).orElseThrow(() -> noKernel(domain));
    }

    private static ProblemException noKernel(DomainDefinition domain) {
        return new ProblemException(
                ProblemType.NO_KERNEL,
                "the kernel that domain " + domain.name() + " booted from is not here; restore a checkpoint of it",
                Map.of("domain", domain.id().toString()));
    }
}
