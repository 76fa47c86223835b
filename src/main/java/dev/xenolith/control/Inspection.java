package dev.xenolith.control;

import dev.xenolith.engine.Audit;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.FramesPage;
import dev.xenolith.engine.HostSnapshot;
import dev.xenolith.engine.Hypervisor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Looks into the host and into domains that exist. Never changes anything. */
@Service
public class Inspection {

    private final Hypervisor hypervisor;
    private final Seats seats;

    Inspection(Hypervisor hypervisor, Seats seats) {
        this.hypervisor = hypervisor;
        this.seats = seats;
    }

    public HostSnapshot host() {
        return hypervisor.host();
    }

    /**
     * @param id the definition; null for a domain that nobody defined
     */
    public record Owner(int domid, @Nullable UUID id, String name, long frames) {}

    public List<Owner> owners() {
        return hypervisor.domains().stream().map(this::owner).toList();
    }

    private Owner owner(Domain domain) {
        Seat seat = seats.withDomid(domain.domid());
        return new Owner(
                domain.domid(),
                seat == null ? null : seat.domainId,
                domain.snapshot().name(),
                domain.snapshot().pages());
    }

    public FramesPage frames(long from, int limit, @Nullable FrameState state, @Nullable String domain) {
        Integer domid = domain == null ? null : live(domain).domid();
        return hypervisor.frames(new FrameQuery(from, limit, state, domid));
    }

    public FrameSnapshot frame(long mfn) {
        return hypervisor.frame(mfn).orElseThrow(() -> ProblemException.notFound("frame", Long.toString(mfn)));
    }

    public Audit audit(@Nullable String domain) {
        return hypervisor.audit(
                domain == null ? Optional.empty() : Optional.of(live(domain).domid()));
    }

    /** The domain in the engine; a shut-off one has no inside to look at. */
    public Domain live(String reference) {
        DomainDefinition domain = seats.resolve(reference);
        LiveDomain live = seats.of(domain.id()).live();
        if (live == null) {
            throw new ProblemException(
                    ProblemType.WRONG_STATE,
                    "domain " + domain.name() + " is shut off: nothing of it exists to look at; start it first",
                    Map.of(
                            "state", LifecycleState.SHUTOFF.wire(),
                            "allowed",
                                    ActionTable.allowed(domain, false).stream()
                                            .map(Action::wire)
                                            .toList(),
                            "hint", Action.START.wire()));
        }
        return live.engine();
    }
}
