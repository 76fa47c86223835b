package dev.xenolith.control;

import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Takes pages out of use.
 *
 * <pre>
 *   step      does                                              undo
 *   mark      no frame of them is handed out any more           unmark
 *   suspend   the guest is asked, if it must be                 it goes on
 *   exchange  page by page; one that cannot be stays pending    each undoes itself
 *   record    the rows: after a restart the same frames are out
 *   resume    the guest goes on, unless a page of it is damaged
 * </pre>
 */
@Service
public class PageRetirements {

    private final Hypervisor hypervisor;
    private final Seats seats;
    private final GuestRequests guests;
    private final Operations operations;
    private final RetirementStore store;
    private final RetiredFrames frames;
    private final Transitions transitions;
    private final DomainStore domains;
    private final EventLog events;

    PageRetirements(
            Hypervisor hypervisor,
            Seats seats,
            GuestRequests guests,
            Operations operations,
            RetirementStore store,
            RetiredFrames frames,
            Transitions transitions,
            DomainStore domains,
            EventLog events) {
        this.hypervisor = hypervisor;
        this.seats = seats;
        this.guests = guests;
        this.operations = operations;
        this.store = store;
        this.frames = frames;
        this.transitions = transitions;
        this.domains = domains;
        this.events = events;
    }

    public Operation retire(RetirementRequest request) {
        long timeout = GuestRequests.timeoutNanos(request.timeoutSeconds());
        DomainDefinition domain = concerned(request);
        UUID id = UUID.randomUUID();
        if (domain == null) {
            return operations.submit(
                    OperationKind.RETIRE,
                    new Operation.Target("page-retirement", id, id.toString()),
                    null,
                    (operation, journal) -> new Work(id, request, null, null, operation, journal).run(timeout),
                    () -> {});
        }
        return seats.act(
                domain.id().toString(),
                Action.RETIRE,
                (seat, now) -> {
                    choose(request, Lifecycle.requireLive(seat).engine().domid());
                    return operations.submit(
                            OperationKind.RETIRE,
                            new Operation.Target("domain", now.id(), now.name()),
                            seat,
                            (operation, journal) -> new Work(id, request, seat, now, operation, journal).run(timeout),
                            () -> {});
                },
                unchanged -> {
                    throw new IllegalStateException("a retirement always does something");
                });
    }

    /** What {@link #retire} would do now; changes nothing and asks no guest. */
    public Retirement examine(RetirementRequest request) {
        DomainDefinition domain = concerned(request);
        ChosenPages chosen;
        if (domain == null) {
            chosen = choose(request, null);
        } else {
            ActionTable.check(Action.RETIRE, domain);
            chosen = choose(
                    request,
                    Lifecycle.requireLive(seats.of(domain.id())).engine().domid());
        }
        boolean asks = domain != null && domain.state() == LifecycleState.RUNNING;
        List<PageRetirement> pages = chosen.mfns().stream()
                .map(mfn -> hypervisor.retirement().examine(mfn, request.mode(), asks))
                .toList();
        return retirement(new UUID(0, 0), domain, request, chosen, pages);
    }

    private static Retirement retirement(
            UUID id,
            @Nullable DomainDefinition domain,
            RetirementRequest request,
            ChosenPages chosen,
            List<PageRetirement> pages) {
        return new Retirement(
                id,
                domain == null ? null : domain.id(),
                domain == null ? null : domain.name(),
                request.mode(),
                chosen.seed(),
                pages,
                Times.now());
    }

    public Retirement get(String reference) {
        return Names.asId(reference)
                .flatMap(store::byId)
                .map(this::asOfNow)
                .orElseThrow(() -> ProblemException.notFound("page retirement", reference));
    }

    public Page<Retirement> list(Listing listing) {
        return Page.collect(
                listing,
                (after, limit) ->
                        store.after(after, limit).stream().map(this::asOfNow).toList(),
                retirement -> listing.wants(null, retirement.domainName(), Map.of()),
                retirement -> new Cursor(retirement.createdAt(), retirement.id()));
    }

    /** A page that was pending is offline once its owner has let go. */
    private Retirement asOfNow(Retirement then) {
        List<PageRetirement> pages = then.pages().stream().map(this::asOfNow).toList();
        return new Retirement(
                then.id(), then.domainId(), then.domainName(), then.mode(), then.seed(), pages, then.createdAt());
    }

    private PageRetirement asOfNow(PageRetirement page) {
        boolean gone = page.state() == State.PENDING
                && hypervisor
                        .frame(page.mfn())
                        .filter(frame -> frame.state() == FrameState.OFFLINED)
                        .isPresent();
        return gone
                ? new PageRetirement(
                        page.mfn(), page.domid(), page.pfn(), page.newMfn(), State.OFFLINED, null, page.mode())
                : page;
    }

    /** The domain that must hold still for it: the one named, or the owner of the frames. */
    private @Nullable DomainDefinition concerned(RetirementRequest request) {
        String named = request.domain();
        if (named != null) {
            return seats.resolve(named);
        }
        Set<Integer> owners = new TreeSet<>();
        for (long mfn : choose(request, null).mfns()) {
            hypervisor.frame(mfn).ifPresent(frame -> {
                Integer domid = frame.domid();
                if (domid != null) {
                    owners.add(domid);
                }
            });
        }
        if (owners.size() > 1) {
            throw ProblemException.field(
                    "/frames", "expected free frames and those of one domain, got those of domids " + owners);
        }
        Seat seat = owners.isEmpty() ? null : seats.withDomid(owners.iterator().next());
        DomainDefinition owner =
                seat == null ? null : domains.byId(seat.domainId).orElse(null);
        // Frames of a domain that has ended are only marked: they go when it goes.
        return owner != null && ActionTable.rule(Action.RETIRE, owner.state()) instanceof Rule.Allowed ? owner : null;
    }

    private ChosenPages choose(RetirementRequest request, @Nullable Integer domid) {
        return ChosenPages.of(hypervisor, request, request.domain() == null ? null : domid);
    }

    /** One retirement on its way. */
    private final class Work {

        private final UUID id;
        private final RetirementRequest request;
        private final @Nullable Seat seat;
        private final @Nullable DomainDefinition domain;
        private final RunningOperation operation;
        private final Journal journal;

        Work(
                UUID id,
                RetirementRequest request,
                @Nullable Seat seat,
                @Nullable DomainDefinition domain,
                RunningOperation operation,
                Journal journal) {
            this.id = id;
            this.request = request;
            this.seat = seat;
            this.domain = domain;
            this.operation = operation;
            this.journal = journal;
        }

        Operation.Result run(long timeout) throws InterruptedException {
            operation.phase("mark");
            Seat held = seat;
            ChosenPages chosen = choose(
                    request,
                    held == null ? null : Lifecycle.requireLive(held).engine().domid());
            mark(chosen.mfns());
            boolean suspended =
                    held != null && mustSuspend() && guests.suspendWithin(held, timeout, operation, journal);
            operation.passPointOfNoReturn();
            List<PageRetirement> pages = exchange(chosen.mfns());
            operation.phase("record");
            frames.remember(chosen.mfns());
            Retirement retirement = retirement(id, domain, request, chosen, pages);
            store.save(retirement);
            journal.commit();
            goOn(held, suspended, pages);
            long offlined = pages.stream()
                    .filter(page -> page.state() == State.OFFLINED)
                    .count();
            events.append(
                    "page-retirement.finished",
                    "page-retirement",
                    id,
                    retirement.domainName(),
                    Map.of("pages", pages.size(), "offlined", offlined));
            return new Operation.Result("page-retirement", id, id.toString(), Map.of("offlined", offlined));
        }

        private boolean mustSuspend() {
            return request.mode() == Mode.EXCHANGE && domain != null && domain.state() == LifecycleState.RUNNING;
        }

        private void mark(List<Long> mfns) {
            List<Long> unmarked = mfns.stream()
                    .filter(mfn -> hypervisor
                            .frame(mfn)
                            .filter(frame -> frame.state() == FrameState.FREE || frame.state() == FrameState.IN_USE)
                            .isPresent())
                    .toList();
            unmarked.forEach(mfn -> hypervisor.retirement().offline(mfn, 1));
            journal.done(
                    "mark",
                    () -> unmarked.forEach(mfn -> hypervisor.retirement().online(mfn, 1)));
        }

        private List<PageRetirement> exchange(List<Long> mfns) {
            List<PageRetirement> pages = new ArrayList<>();
            for (long mfn : mfns) {
                pages.add(hypervisor.retirement().retire(mfn, request.mode()));
                operation.report("exchange", pages.size(), mfns.size(), "pages");
            }
            return List.copyOf(pages);
        }

        private void goOn(@Nullable Seat held, boolean suspended, List<PageRetirement> pages) {
            if (held == null) {
                return;
            }
            boolean damaged = pages.stream().anyMatch(page -> page.reason() == Reason.GUEST_DAMAGED);
            if (damaged) {
                DomainDefinition now = domains.byId(held.domainId).orElse(Objects.requireNonNull(domain));
                transitions.record(
                        now, LifecycleState.SUSPENDED, StateReason.UNDO_FAILED, "guest-damaged", now.domid());
            } else if (suspended) {
                operation.phase("resume");
                guests.goOn(held, Lifecycle.requireLive(held));
            }
        }
    }
}
