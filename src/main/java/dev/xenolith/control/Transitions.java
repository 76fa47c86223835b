package dev.xenolith.control;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Records that a domain came into another state: in the store, on the event stream and in the log. */
@Component
class Transitions {

    private static final Logger log = LoggerFactory.getLogger(Transitions.class);

    private final DomainStore domains;
    private final EventLog events;

    Transitions(DomainStore domains, EventLog events) {
        this.domains = domains;
        this.events = events;
    }

    DomainDefinition record(
            DomainDefinition domain,
            LifecycleState state,
            StateReason reason,
            @Nullable String detail,
            @Nullable Integer domid) {
        DomainDefinition changed = domain.inState(state, reason, detail, domid);
        domains.update(changed);
        announce(changed);
        return changed;
    }

    void announce(DomainDefinition domain) {
        Map<String, Object> data = new TreeMap<>();
        data.put("state", domain.state().wire());
        data.put("stateReason", domain.stateReason().wire());
        if (domain.stateDetail() != null) {
            data.put("stateDetail", domain.stateDetail());
        }
        if (domain.domid() != null) {
            data.put("domid", domain.domid());
        }
        events.append("domain.state", "domain", domain.id(), domain.name(), data);
        log.info(
                "domain {}: {}({}){}",
                domain.name(),
                domain.state().wire(),
                domain.stateReason().wire(),
                domain.stateDetail() == null ? "" : ": " + domain.stateDetail());
    }
}
