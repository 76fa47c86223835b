package dev.xenolith.engine.retire;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames from under one domain. Called with the domain at rest.
 *
 * <p>Keeps what it learnt of a suspension for as long as that lasts: the next change of its state ends it.
 */
public final class DomainRetirement {

    private static final System.Logger LOG = System.getLogger(DomainRetirement.class.getName());

    private final GuestDomain domain;
    private final Grants grants;
    private final Machine machine;
    private Faults faults = Faults.NONE;
    private @Nullable Suspension suspension;

    private record Suspension(long stay, ReferenceMap references, Refusals refusals) {}

    public DomainRetirement(GuestDomain domain, Grants grants) {
        this.domain = domain;
        this.grants = grants;
        machine = domain.machine();
    }

    /** For tests: makes steps fail. */
    public void setFaults(Faults faults) {
        this.faults = faults;
    }

    /** What {@link #retire} would say of the frame now, without marking or changing anything. */
    public PageRetirement examine(int mfn, Mode mode, boolean asSuspended) {
        Reason reason = mode == Mode.BACKING ? whyNotReplaceable() : whyNotExchangeable(mfn, asSuspended);
        State state = reason == null ? State.OFFLINED : State.PENDING;
        return answer(mfn, pfnOf(mfn), null, state, reason, mode);
    }

    /** Moves what the marked frame holds to another one; the frame is then offline. */
    public PageRetirement retire(int mfn, Mode mode) {
        if (machine.state(mfn) != FrameState.OFFLINING) {
            return answer(mfn, pfnOf(mfn), null, State.FAILED, Reason.NOT_PENDING, mode);
        }
        if (machine.ownerOf(mfn) != domain.memory().owner()) {
            return answer(mfn, null, null, State.FAILED, Reason.NOT_OWNED, mode);
        }
        PageRetirement expected = examine(mfn, mode, false);
        if (expected.reason() != null) {
            return expected;
        }
        return mode == Mode.BACKING ? replaceBacking(mfn) : exchange(mfn);
    }

    private @Nullable Reason whyNotReplaceable() {
        return switch (domain.lifecycle().state()) {
            case RUNNING, PAUSED, SUSPENDED -> domain.damage() == null ? null : Reason.GUEST_DAMAGED;
            case SHUTDOWN, CRASHED, DYING -> Reason.DOMAIN_ENDING;
        };
    }

    private @Nullable Reason whyNotExchangeable(int mfn, boolean asSuspended) {
        Reason general = whyNotReplaceable();
        if (general != null) {
            return general;
        }
        if (asSuspended && domain.lifecycle().isRunning()) {
            return new Refusals(domain, grants, new P2m(domain)).of(mfn);
        }
        if (domain.lifecycle().state() != DomainState.SUSPENDED) {
            return Reason.GUEST_MUST_SUSPEND;
        }
        return suspension().refusals().of(mfn);
    }

    private Suspension suspension() {
        long stay = domain.lifecycle().changes();
        Suspension known = suspension;
        if (known == null || known.stay() != stay) {
            P2m p2m = new P2m(domain);
            known = new Suspension(
                    stay, ReferenceMap.scan(domain.memory(), p2m.lists()), new Refusals(domain, grants, p2m));
            suspension = known;
        }
        return known;
    }

    /** Page-table entries read in this suspension, by the scan and by the exchanges since. */
    public long entriesRead() {
        return suspension().references().entriesRead();
    }

    private PageRetirement exchange(int mfn) {
        Long pfn = pfnOf(mfn);
        try {
            int fresh = new Exchange(domain, suspension().references(), mfn, faults).run();
            return answer(mfn, pfn, (long) fresh, State.OFFLINED, null, Mode.EXCHANGE);
        } catch (RefusedException e) {
            LOG.log(System.Logger.Level.INFO, "mfn 0x{0} stays: {1}", Integer.toHexString(mfn), e.getMessage());
            return answer(mfn, pfn, null, State.FAILED, e.reason(), Mode.EXCHANGE);
        } catch (Journal.UndoFailedException e) {
            domain.damage(String.valueOf(e.getMessage()));
            return answer(mfn, pfn, null, State.FAILED, Reason.GUEST_DAMAGED, Mode.EXCHANGE);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "exchange of mfn 0x" + Integer.toHexString(mfn) + " undone", e);
            return answer(mfn, pfn, null, State.FAILED, Reason.STEP_FAILED, Mode.EXCHANGE);
        }
    }

    private PageRetirement replaceBacking(int mfn) {
        Long pfn = pfnOf(mfn);
        int fresh = domain.memory().replaceBacking(mfn);
        if (fresh == Machine.NO_FRAME) {
            return answer(mfn, pfn, null, State.FAILED, Reason.NO_MEMORY, Mode.BACKING);
        }
        Suspension known = suspension;
        if (known != null) {
            known.references().moved(mfn, fresh);
        }
        return answer(mfn, pfn, (long) fresh, State.OFFLINED, null, Mode.BACKING);
    }

    private @Nullable Long pfnOf(int mfn) {
        long pfn = domain.memory().m2p().get(domain.memory().view().guestMfnOf(mfn));
        return pfn == M2p.INVALID ? null : pfn;
    }

    private PageRetirement answer(
            int mfn, @Nullable Long pfn, @Nullable Long newMfn, State state, @Nullable Reason reason, Mode mode) {
        return new PageRetirement(mfn, domain.identity().domid(), pfn, newMfn, state, reason, mode);
    }
}
