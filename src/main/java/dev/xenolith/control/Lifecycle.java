package dev.xenolith.control;

import java.util.function.Function;
import org.springframework.stereotype.Service;

/** The actions that are done when they are answered: start, pause, unpause, destroy. */
@Service
public class Lifecycle {

    private final Seats seats;
    private final Starter starter;
    private final Transitions transitions;

    Lifecycle(Seats seats, Starter starter, Transitions transitions) {
        this.seats = seats;
        this.starter = starter;
        this.transitions = transitions;
    }

    public DomainDefinition start(String reference) {
        return seats.act(
                reference,
                Action.START,
                (seat, domain) -> {
                    LiveDomain live = starter.build(domain);
                    seat.seat(live);
                    DomainDefinition started = transitions.record(
                            domain,
                            LifecycleState.RUNNING,
                            StateReason.STARTED,
                            null,
                            live.engine().domid());
                    live.engine().unpause();
                    return started;
                },
                Function.identity());
    }

    public DomainDefinition pause(String reference) {
        return seats.act(
                reference,
                Action.PAUSE,
                (seat, domain) -> {
                    requireLive(seat).engine().pause();
                    return transitions.record(domain, LifecycleState.PAUSED, StateReason.USER, null, domain.domid());
                },
                Function.identity());
    }

    public DomainDefinition unpause(String reference) {
        return seats.act(
                reference,
                Action.UNPAUSE,
                (seat, domain) -> {
                    DomainDefinition running = transitions.record(
                            domain, LifecycleState.RUNNING, StateReason.UNPAUSED, null, domain.domid());
                    requireLive(seat).engine().unpause();
                    return running;
                },
                Function.identity());
    }

    public DomainDefinition destroy(String reference) {
        return seats.act(
                reference,
                Action.DESTROY,
                (seat, domain) -> {
                    requireLive(seat).destroy();
                    seat.seat(null);
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
