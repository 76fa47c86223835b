package dev.xenolith.control;

import dev.xenolith.control.Retirement.Concerned;
import dev.xenolith.control.Retirement.Outcome;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Retirements asked for, rehearsed and looked up; {@link Retiring} carries them out. */
@Service
public class PageRetirements {

    private final Hypervisor hypervisor;
    private final Seats seats;
    private final Retiring retiring;
    private final RetirementStore store;
    private final DomainStore domains;

    PageRetirements(Hypervisor hypervisor, Seats seats, Retiring retiring, RetirementStore store, DomainStore domains) {
        this.hypervisor = hypervisor;
        this.seats = seats;
        this.retiring = retiring;
        this.store = store;
        this.domains = domains;
    }

    /**
     * Domains that have some of the pages.
     *
     * @param living those that must hold still
     * @param ended those whose frames are only marked: they go when it goes
     */
    private record Owners(List<DomainDefinition> living, List<Concerned> ended) {}

    public Operation retire(RetirementRequest request) {
        long timeout = GuestRequests.timeoutNanos(request.timeoutSeconds());
        Owners owners = ownersOf(request);
        List<UUID> ids = owners.living().stream().map(DomainDefinition::id).toList();
        return seats.actOnAll(ids, Action.RETIRE, locked -> {
            choose(request, locked.stream().map(Seats.Locked::seat).toList());
            return retiring.submit(request, timeout, locked, owners.ended());
        });
    }

    /** What {@link #retire} would do now; changes nothing and asks no guest. */
    public Retirement examine(RetirementRequest request) {
        Owners owners = ownersOf(request);
        List<Concerned> concerned = new ArrayList<>();
        List<Seat> concernedSeats = new ArrayList<>();
        Set<Integer> running = new HashSet<>();
        for (DomainDefinition domain : owners.living()) {
            ActionTable.check(Action.RETIRE, domain);
            Seat seat = seats.of(domain.id());
            int domid = Lifecycle.requireLive(seat).engine().domid();
            concernedSeats.add(seat);
            concerned.add(new Concerned(domain.id(), domain.name(), domid, null, null));
            if (domain.state() == LifecycleState.RUNNING) {
                running.add(domid);
            }
        }
        ChosenPages chosen = choose(request, concernedSeats);
        List<PageRetirement> pages = chosen.mfns().stream()
                .map(mfn -> hypervisor.retirement().examine(mfn, request.mode(), running.contains(ownerOf(mfn))))
                .toList();
        concerned.addAll(owners.ended());
        return new Retirement(new UUID(0, 0), concerned, request.mode(), chosen.seed(), pages, Times.now());
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
                retirement -> isWanted(retirement, listing),
                retirement -> new Cursor(retirement.createdAt(), retirement.id()));
    }

    private static boolean isWanted(Retirement retirement, Listing listing) {
        return listing.wants(null, null, Map.of())
                || retirement.domains().stream().anyMatch(domain -> listing.wants(null, domain.name(), Map.of()));
    }

    /** A page that was pending is offline once its owner has let go. */
    private Retirement asOfNow(Retirement then) {
        return then.withPages(then.pages().stream().map(this::asOfNow).toList());
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

    /** The domain named, or those that have the frames, in the order in which they get their turns. */
    private Owners ownersOf(RetirementRequest request) {
        String named = request.domain();
        if (named != null) {
            return new Owners(List.of(seats.resolve(named)), List.of());
        }
        Set<Integer> domids = new TreeSet<>();
        for (long mfn : choose(request, List.of()).mfns()) {
            Integer domid = ownerOf(mfn);
            if (domid != null) {
                domids.add(domid);
            }
        }
        List<DomainDefinition> living = new ArrayList<>();
        List<Concerned> ended = new ArrayList<>();
        for (int domid : domids) {
            Seat seat = seats.withDomid(domid);
            DomainDefinition owner =
                    seat == null ? null : domains.byId(seat.domainId).orElse(null);
            if (owner != null && ActionTable.rule(Action.RETIRE, owner.state()) instanceof Rule.Allowed) {
                living.add(owner);
            } else if (owner != null) {
                ended.add(new Concerned(owner.id(), owner.name(), domid, Outcome.ENDED, null));
            }
        }
        return new Owners(living, ended);
    }

    private @Nullable Integer ownerOf(long mfn) {
        return hypervisor.frame(mfn).map(FrameSnapshot::domid).orElse(null);
    }

    private ChosenPages choose(RetirementRequest request, List<Seat> concerned) {
        Integer domid = request.domain() == null
                ? null
                : Integer.valueOf(
                        Lifecycle.requireLive(concerned.getFirst()).engine().domid());
        return ChosenPages.of(hypervisor, request, domid);
    }
}
