package dev.xenolith.control;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.MemoryError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What guests do by themselves: power off, reboot, suspend, crash. Each event is handled on a thread of its own under
 * the domain's seat, since the engine must not wait. A domain shuts down once in its life, but it may suspend any number of times.
 */
@Component
class GuestEvents implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(GuestEvents.class);

    private final Hypervisor hypervisor;
    private final Seats seats;
    private final DomainStore domains;
    private final Starter starter;
    private final Transitions transitions;
    private final EventLog events;
    private @Nullable AutoCloseable subscription;

    GuestEvents(
            Hypervisor hypervisor,
            Seats seats,
            DomainStore domains,
            Starter starter,
            Transitions transitions,
            EventLog events) {
        this.hypervisor = hypervisor;
        this.seats = seats;
        this.domains = domains;
        this.starter = starter;
        this.transitions = transitions;
        this.events = events;
    }

    private void accept(EngineEvent event) {
        Thread.ofVirtual().name("guest-event").start(() -> {
            try {
                handle(event);
            } catch (RuntimeException e) {
                log.error("cannot handle {}", event, e);
            }
        });
    }

    private void handle(EngineEvent event) {
        switch (event) {
            case EngineEvent.GuestShutdown e -> underSeat(e.domid(), (seat, domain) -> shutDown(seat, domain, e));
            case EngineEvent.GuestCrashed e -> underSeat(e.domid(), (seat, domain) -> crashed(seat, domain, e));
            case EngineEvent.HostDegraded e -> degraded(e);
            case EngineEvent.FrameFailed e -> frameFailed(e.error());
        }
    }

    @FunctionalInterface
    private interface Change {
        void apply(Seat seat, DomainDefinition domain);
    }

    private void underSeat(int domid, Change change) {
        Seat seat = seats.withDomid(domid);
        if (seat == null) {
            return;
        }
        seat.lock.lock();
        try {
            seat.signal();
            awaitSaver(seat);
            LiveDomain live = seat.live();
            if (live != null && live.engine().domid() == domid) {
                domains.byId(seat.domainId).ifPresent(domain -> change.apply(seat, domain));
                seat.signal();
            }
        } finally {
            seat.lock.unlock();
        }
    }

    /** A checkpoint or restore has the domain to itself; a shutdown or reboot waits for this very event. */
    private static void awaitSaver(Seat seat) {
        RunningOperation holder = seat.holder();
        if (holder != null && (holder.kind() == OperationKind.CHECKPOINT || holder.kind() == OperationKind.RESTORE)) {
            seat.awaitFree();
        }
    }

    private void shutDown(Seat seat, DomainDefinition domain, EngineEvent.GuestShutdown event) {
        switch (event.reason()) {
            case POWEROFF -> end(seat, domain, StateReason.POWEROFF, null);
            case REBOOT -> reboot(seat, domain);
            case SUSPEND -> suspended(seat, domain);
            case WATCHDOG ->
                transitions.record(
                        domain,
                        LifecycleState.CRASHED,
                        StateReason.WATCHDOG,
                        "the guest's watchdog ran out",
                        domain.domid());
            case SOFT_RESET ->
                transitions.record(
                        domain,
                        LifecycleState.CRASHED,
                        StateReason.GUEST_INITIATED,
                        "the guest asked for a soft reset",
                        domain.domid());
        }
    }

    /** By the time this is known the domain may have been resumed again, or its suspend may be known already. */
    private void suspended(Seat seat, DomainDefinition domain) {
        LiveDomain live = seat.live();
        boolean isNews = live != null
                && live.engine().snapshot().state() == DomainState.SUSPENDED
                && domain.state() != LifecycleState.SUSPENDED;
        if (isNews) {
            StateReason reason = seat.suspendExpected() ? StateReason.USER : StateReason.GUEST_INITIATED;
            transitions.record(domain, LifecycleState.SUSPENDED, reason, null, domain.domid());
        }
    }

    private void end(Seat seat, DomainDefinition domain, StateReason reason, @Nullable String detail) {
        seat.endLive();
        transitions.record(domain, LifecycleState.SHUTOFF, reason, detail, null);
    }

    private void reboot(Seat seat, DomainDefinition domain) {
        if (!starter.canBuild(domain)) {
            end(seat, domain, StateReason.NO_KERNEL, "the guest rebooted, and its kernel is not here");
            return;
        }
        seat.endLive();
        try {
            transitions.announce(starter.boot(
                    seat,
                    domain,
                    StateReason.REBOOTED,
                    false,
                    new Starter.Recording(domains::update, () -> domains.update(domain))));
        } catch (RuntimeException e) {
            log.warn("cannot boot domain {} again", domain.name(), e);
            end(seat, domain, StateReason.REBOOT_FAILED, Problems.of(e).detail());
        }
    }

    private void crashed(Seat seat, DomainDefinition domain, EngineEvent.GuestCrashed event) {
        StateReason reason = switch (event.reason()) {
            case GUEST_PANIC -> StateReason.GUEST_PANIC;
            case TRIPLE_FAULT -> StateReason.TRIPLE_FAULT;
            case IMAGE_CORRUPT -> StateReason.IMAGE_CORRUPT;
            case MEMORY_ERROR -> StateReason.MEMORY_ERROR;
            case ENGINE_FAULT -> StateReason.ENGINE_FAULT;
        };
        transitions.record(domain, LifecycleState.CRASHED, reason, event.detail(), domain.domid());
        seat.signal();
    }

    private void frameFailed(MemoryError error) {
        log.warn("memory error: {}", error);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("mfn", error.mfn());
        details.put("kind", Words.of(error.kind()));
        details.put("outcome", Words.of(error.outcome()));
        details.put("corrected", error.corrected());
        if (error.domid() != null) {
            details.put("domid", error.domid());
        }
        if (error.pfn() != null) {
            details.put("pfn", error.pfn());
        }
        events.append("host.memory-error", "host", null, null, details);
    }

    private void degraded(EngineEvent.HostDegraded event) {
        log.error("the host is degraded: {} (domid {})", event.detail(), event.domid());
        events.append("host.degraded", "host", null, null, Map.of("domid", event.domid(), "detail", event.detail()));
    }

    @Override
    public void start() {
        subscription = hypervisor.subscribe(this::accept);
    }

    @Override
    public void stop() {
        AutoCloseable open = subscription;
        subscription = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (Exception e) {
            log.warn("cannot leave the engine's events", e);
        }
    }

    @Override
    public boolean isRunning() {
        return subscription != null;
    }

    @Override
    public int getPhase() {
        return 0;
    }
}
