package dev.xenolith.store;

import dev.xenolith.control.Clock;
import dev.xenolith.control.DomainDefinition;
import dev.xenolith.control.LifecycleState;
import dev.xenolith.control.StateReason;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code domain}. */
@Entity
@Table(name = "domain")
class DomainRow {

    @Id
    private UUID id;

    @Version
    private @Nullable Long version;

    private String name;
    private int memoryMib;
    private int vcpus;
    private @Nullable UUID kernelId;
    private @Nullable UUID ramdiskId;
    private String commandLine;
    private String clock;
    private String labels;
    private Instant createdAt;

    @Enumerated(EnumType.STRING)
    private LifecycleState state;

    @Enumerated(EnumType.STRING)
    private StateReason stateReason;

    private @Nullable String stateDetail;
    private Instant stateSince;
    private @Nullable Integer domid;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it.
    protected DomainRow() {}

    @SuppressWarnings("NullAway.Init") // set() fills the rest.
    DomainRow(UUID id) {
        this.id = id;
    }

    DomainRow set(DomainDefinition domain, JsonText json) {
        name = domain.name();
        memoryMib = domain.memoryMib();
        vcpus = domain.vcpus();
        kernelId = domain.kernelId();
        ramdiskId = domain.ramdiskId();
        commandLine = domain.commandLine();
        clock = json.write(domain.clock());
        labels = json.write(domain.labels());
        createdAt = domain.createdAt();
        state = domain.state();
        stateReason = domain.stateReason();
        stateDetail = domain.stateDetail();
        stateSince = domain.stateSince();
        domid = domain.domid();
        return this;
    }

    DomainDefinition get(JsonText json) {
        return new DomainDefinition(
                id,
                name,
                memoryMib,
                vcpus,
                kernelId,
                ramdiskId,
                commandLine,
                json.read(clock, Clock.class),
                json.strings(labels),
                createdAt,
                state,
                stateReason,
                stateDetail,
                stateSince,
                domid);
    }

    String name() {
        return name;
    }
}
