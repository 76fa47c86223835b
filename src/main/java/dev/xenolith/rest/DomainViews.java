package dev.xenolith.rest;

import dev.xenolith.control.ActionTable;
import dev.xenolith.control.BootImage;
import dev.xenolith.control.BootImages;
import dev.xenolith.control.DomainDefinition;
import dev.xenolith.control.Domains;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the views of domains, which take more than the definition: the operation, the names of boot images. */
@Component
class DomainViews {

    private final Domains domains;
    private final BootImages bootImages;

    DomainViews(Domains domains, BootImages bootImages) {
        this.domains = domains;
        this.bootImages = bootImages;
    }

    DomainView of(DomainDefinition domain) {
        @Nullable UUID operation = domains.operationOf(domain).orElse(null);
        return new DomainView(
                domain.id(),
                domain.domid(),
                domain.name(),
                domain.state(),
                domain.stateReason(),
                domain.stateDetail(),
                domain.stateSince(),
                operation,
                ActionTable.allowed(domain, operation != null),
                domain.memoryMib(),
                domain.vcpus(),
                bootImageName(domain.kernelId()),
                bootImageName(domain.ramdiskId()),
                domain.commandLine(),
                ClockView.of(domain.clock()),
                new TreeMap<>(domain.labels()),
                domain.createdAt());
    }

    private @Nullable String bootImageName(@Nullable UUID id) {
        return id == null ? null : bootImages.byId(id).map(BootImage::name).orElse(null);
    }
}
