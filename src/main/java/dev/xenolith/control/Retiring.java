package dev.xenolith.control;

import dev.xenolith.control.Retirement.Concerned;
import dev.xenolith.control.Retirement.Outcome;
import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes pages out of use, one domain after the other.
 *
 * <pre>
 *   step         does                                                undo
 *   mark         no frame of them is handed out any more; the free   unmark
 *                ones are offline with that
 *   each domain
 *     suspend    the guest is asked, if it must be                   it goes on
 *     exchange   page by page; one that cannot be stays pending      each undoes itself
 *     resume     the guest goes on, unless a page of it is damaged
 *   record       the rows: after a restart the same frames are out
 * </pre>
 *
 * <p>Once a page has been moved there is no way back, and none is wanted: what fails in one domain's turn is undone in that
 * domain only, its pages keep their marks, and the next one has its turn. A cancel that comes then keeps what is done and
 * asks no further guest.
 */
@Component
class Retiring {

    private static final Logger log = LoggerFactory.getLogger(Retiring.class);

    private final Hypervisor hypervisor;
    private final GuestRequests guests;
    private final Operations operations;
    private final RetirementStore store;
    private final RetiredFrames frames;
    private final Transitions transitions;
    private final DomainStore domains;
    private final EventLog events;

    Retiring(
            Hypervisor hypervisor,
            GuestRequests guests,
            Operations operations,
            RetirementStore store,
            RetiredFrames frames,
            Transitions transitions,
            DomainStore domains,
            EventLog events) {
        this.hypervisor = hypervisor;
        this.guests = guests;
        this.operations = operations;
        this.store = store;
        this.frames = frames;
        this.transitions = transitions;
        this.domains = domains;
        this.events = events;
    }

    /** A domain whose pages are to move: the operation holds its seat. */
    private record Party(Seat seat, LiveDomain live, DomainDefinition definition) {

        int domid() {
            return live.engine().domid();
        }

        Concerned with(Outcome outcome, @Nullable String detail) {
            return new Concerned(definition.id(), definition.name(), domid(), outcome, detail);
        }
    }

    /**
     * Called with the locks of the domains held. Their turns come in the order of their domids.
     *
     * @param ended domains whose pages are only marked
     */
    Operation submit(RetirementRequest request, long timeout, List<Seats.Locked> domains, List<Concerned> ended) {
        List<Party> parties = domains.stream()
                .map(locked -> new Party(locked.seat(), Lifecycle.requireLive(locked.seat()), locked.domain()))
                .sorted(Comparator.comparingInt(Party::domid))
                .toList();
        UUID id = UUID.randomUUID();
        DomainDefinition only = parties.size() == 1 ? parties.getFirst().definition() : null;
        return operations.submit(
                OperationKind.RETIRE,
                only == null
                        ? new Operation.Target("page-retirement", id, id.toString())
                        : new Operation.Target("domain", only.id(), only.name()),
                parties.stream().map(Party::seat).toList(),
                (operation, journal) -> new Work(id, request, timeout, parties, operation).run(ended, journal),
                () -> {});
    }

    /** A frame that is to leave use. */
    private static final class Chosen {

        private final long mfn;

        /** Who had it when it was marked; null for nobody. */
        private @Nullable Integer owner;

        /** What became of it; null until that is known. */
        private @Nullable PageRetirement outcome;

        Chosen(long mfn) {
            this.mfn = mfn;
        }

        boolean isOf(Party party) {
            Integer domid = owner;
            return domid != null && domid == party.domid();
        }

        PageRetirement outcome() {
            return Objects.requireNonNull(outcome, () -> "nothing became of mfn " + mfn);
        }
    }

    /** One retirement on its way. */
    private final class Work {

        private final UUID id;
        private final RetirementRequest request;
        private final long timeout;
        private final List<Party> parties;
        private final RunningOperation operation;
        private final ChosenPages chosen;

        private final List<Chosen> pages;
        private int done;

        Work(UUID id, RetirementRequest request, long timeout, List<Party> parties, RunningOperation operation) {
            this.id = id;
            this.request = request;
            this.timeout = timeout;
            this.parties = parties;
            this.operation = operation;
            chosen = ChosenPages.of(
                    hypervisor,
                    request,
                    request.domain() == null ? null : parties.getFirst().domid());
            pages = chosen.mfns().stream().map(Chosen::new).toList();
        }

        Operation.Result run(List<Concerned> ended, Journal journal) throws InterruptedException {
            operation.phase("mark");
            mark(journal);
            leaveAlone();
            List<Concerned> concerned = new ArrayList<>();
            for (Party party : parties) {
                concerned.add(turnOf(party));
            }
            operation.passPointOfNoReturn();
            operation.phase("record");
            concerned.addAll(ended);
            Retirement retirement = new Retirement(
                    id,
                    concerned,
                    request.mode(),
                    chosen.seed(),
                    pages.stream().map(Chosen::outcome).toList(),
                    Times.now());
            frames.remember(chosen.mfns());
            store.save(retirement);
            journal.commit();
            return announced(retirement);
        }

        private Operation.Result announced(Retirement retirement) {
            long offlined = retirement.pages().stream()
                    .filter(page -> page.state() == State.OFFLINED)
                    .count();
            Concerned only = retirement.onlyDomain();
            events.append(
                    "page-retirement.finished",
                    "page-retirement",
                    id,
                    only == null ? null : only.name(),
                    Map.of("pages", pages.size(), "offlined", offlined));
            return new Operation.Result("page-retirement", id, id.toString(), Map.of("offlined", offlined));
        }

        private void mark(Journal journal) {
            List<Long> marked = new ArrayList<>();
            journal.done(
                    "mark", () -> marked.forEach(mfn -> hypervisor.retirement().online(mfn, 1)));
            for (Chosen page : pages) {
                FrameSnapshot frame = hypervisor.frame(page.mfn).orElse(null);
                if (frame == null) {
                    continue;
                }
                page.owner = frame.domid();
                if (frame.state() == FrameState.FREE || frame.state() == FrameState.IN_USE) {
                    marked.add(page.mfn);
                    page.owner = hypervisor
                            .retirement()
                            .offline(page.mfn, 1)
                            .getFirst()
                            .domid();
                }
            }
        }

        /** Frames that nobody has, and those of domains that have ended or that began only now: no guest is asked. */
        private void leaveAlone() {
            for (Chosen page : pages) {
                if (parties.stream().noneMatch(page::isOf)) {
                    boolean needsNobody = page.owner == null || request.mode() == Mode.BACKING;
                    settle(page, needsNobody ? retire(page) : marked(page));
                }
            }
        }

        private Concerned turnOf(Party party) throws InterruptedException {
            Journal own = new Journal();
            boolean over = false;
            try {
                Concerned result = exchange(party, own);
                over = true;
                return result;
            } catch (RuntimeException e) {
                // With one domain its failure is the operation's, and so is a cancel before anything was moved.
                if (parties.size() == 1 || e instanceof CancelledException) {
                    throw e;
                }
                log.warn(
                        "no page of domain {} was retired any more",
                        party.definition().name(),
                        e);
                own.undo();
                forEachLeft(party, this::failed);
                over = true;
                return party.with(Outcome.FAILED, Problems.of(e).detail());
            } finally {
                if (!over) {
                    own.undo();
                }
            }
        }

        private Concerned exchange(Party party, Journal own) throws InterruptedException {
            boolean asks = request.mode() == Mode.EXCHANGE && stateOf(party) == LifecycleState.RUNNING && has(party);
            if (asks && operation.mustHurry()) {
                forEachLeft(party, this::retire);
                return party.with(Outcome.WITHDRAWN, null);
            }
            boolean suspended = asks && guests.suspendWithin(party.seat(), timeout, operation, own);
            operation.passPointOfNoReturn();
            forEachLeft(party, this::retire);
            own.commit();
            return goOn(party, asks, suspended);
        }

        private boolean has(Party party) {
            return pages.stream().anyMatch(page -> page.isOf(party));
        }

        private void forEachLeft(Party party, Function<Chosen, PageRetirement> action) {
            for (Chosen page : pages) {
                if (page.outcome == null && page.isOf(party)) {
                    settle(page, action.apply(page));
                }
            }
        }

        private void settle(Chosen page, PageRetirement outcome) {
            page.outcome = outcome;
            operation.report("exchange", ++done, pages.size(), "pages");
        }

        private PageRetirement retire(Chosen page) {
            return hypervisor.retirement().retire(page.mfn, request.mode());
        }

        /** The frame is marked, and no more is done about it: its owner is asked nothing. */
        private PageRetirement marked(Chosen page) {
            PageRetirement now = hypervisor.retirement().examine(page.mfn, request.mode(), false);
            return now.domid() == null || now.reason() != null
                    ? now
                    : unmoved(now, State.PENDING, Reason.GUEST_MUST_SUSPEND);
        }

        private PageRetirement failed(Chosen page) {
            PageRetirement now = hypervisor.retirement().examine(page.mfn, request.mode(), false);
            return now.domid() == null ? now : unmoved(now, State.FAILED, Reason.STEP_FAILED);
        }

        private static PageRetirement unmoved(PageRetirement page, State state, Reason reason) {
            return new PageRetirement(page.mfn(), page.domid(), page.pfn(), null, state, reason, page.mode());
        }

        private Concerned goOn(Party party, boolean asked, boolean suspended) {
            if (isDamaged(party)) {
                DomainDefinition now = domains.byId(party.definition().id()).orElse(party.definition());
                transitions.record(
                        now, LifecycleState.SUSPENDED, StateReason.UNDO_FAILED, "guest-damaged", now.domid());
                return party.with(Outcome.DAMAGED, null);
            }
            if (suspended) {
                operation.phase("resume");
                guests.goOn(party.seat(), party.live());
                return party.with(Outcome.RESUMED, null);
            }
            return party.with(notSuspended(party, asked), null);
        }

        private Outcome notSuspended(Party party, boolean asked) {
            return switch (stateOf(party)) {
                case CRASHED, SHUTOFF -> Outcome.ENDED;
                case RUNNING, PAUSED, SUSPENDED -> {
                    if (!asked) {
                        yield Outcome.NOT_ASKED;
                    }
                    yield operation.mustHurry() ? Outcome.WITHDRAWN : Outcome.UNCOOPERATIVE;
                }
            };
        }

        private boolean isDamaged(Party party) {
            return pages.stream()
                    .anyMatch(page -> page.isOf(party) && page.outcome().reason() == Reason.GUEST_DAMAGED);
        }

        /** Shut off also where it has started anew meanwhile: what is retired is of the one before. */
        private LifecycleState stateOf(Party party) {
            return party.seat().live() != party.live()
                    ? LifecycleState.SHUTOFF
                    : domains.byId(party.definition().id())
                            .map(DomainDefinition::state)
                            .orElse(LifecycleState.SHUTOFF);
        }
    }
}
