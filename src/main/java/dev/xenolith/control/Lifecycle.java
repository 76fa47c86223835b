package dev.xenolith.control;

import dev.xenolith.engine.Domain;
import java.util.function.Function;
import org.springframework.stereotype.Service;

/** The actions that are done when they are answered: start, pause, unpause, resume, destroy. */
@Service
public class Lifecycle {

    private final Seats seats;
    private final Starter starter;
    private final DomainStore domains;
    private final Transitions transitions;

    Lifecycle(Seats seats, Starter starter, DomainStore domains, Transitions transitions) {
        this.seats = seats;
        this.starter = starter;
        this.domains = domains;
        this.transitions = transitions;
    }

    public DomainDefinition start(String reference) {
        return seats.act(
                reference,
                Action.START,
                (seat, domain) -> {
                    DomainDefinition started = starter.boot(
                            seat,
                            domain,
                            StateReason.STARTED,
                            false,
                            new Starter.Recording(domains::update, () -> domains.update(domain)));
                    transitions.announce(started);
                    return started;
                },
                Function.identity());
    }

    public DomainDefinition pause(String reference) {
        return seats.act(
                reference,
                Action.PAUSE,
                (seat, domain) -> {
                    Domain live = requireLive(seat).engine();
                    live.pause();
                    return Journal.orUndo(
                            "pause",
                            live::unpause,
                            () -> transitions.record(
                                    domain, LifecycleState.PAUSED, StateReason.USER, null, domain.domid()));
                },
                Function.identity());
    }

    public DomainDefinition unpause(String reference) {
        return seats.act(
                reference,
                Action.UNPAUSE,
                (seat, domain) -> {
                    Domain live = requireLive(seat).engine();
                    live.unpause();
                    return Journal.orUndo(
                            "unpause",
                            live::pause,
                            () -> transitions.record(
                                    domain, LifecycleState.RUNNING, StateReason.UNPAUSED, null, domain.domid()));
                },
                Function.identity());
    }

    /** Recorded before it is done: a guest that goes on cannot be brought back to where it was suspended. */
    public DomainDefinition resume(String reference) {
        return seats.act(
                reference,
                Action.RESUME,
                (seat, domain) -> {
                    Domain live = requireLive(seat).engine();
                    DomainDefinition resumed =
                            domain.inState(LifecycleState.RUNNING, StateReason.RESUMED, null, domain.domid());
                    domains.update(resumed);
                    Journal.orUndo("record", () -> domains.update(domain), () -> {
                        live.resume();
                        return resumed;
                    });
                    transitions.announce(resumed);
                    return resumed;
                },
                Function.identity());
    }

    /** Cannot be undone; where only the record fails, asking again ends it well. */
    public DomainDefinition destroy(String reference) {
        return seats.act(
                reference,
                Action.DESTROY,
                (seat, domain) -> {
                    seat.endLive();
                    return transitions.record(domain, LifecycleState.SHUTOFF, StateReason.DESTROYED, null, null);
                },
                Function.identity());
    }

    static LiveDomain requireLive(Seat seat) {
        LiveDomain live = seat.live();
        if (live == null) {
            throw new IllegalStateException("domain " + seat.domainId + " is not shut off, yet nothing runs");
        }
        return live;
    }
}
