package dev.xenolith.engine.host;

import dev.xenolith.engine.Audit;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameRetirement;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FramesPage;
import dev.xenolith.engine.HostSnapshot;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageReader;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.checkpoint.CheckpointImages;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.hypercall.VersionCalls;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.machine.MachineCounters;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.xenstore.Xenstore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A host that runs Xen PV domains, in this JVM. */
public final class Xenolith implements Hypervisor {

    private static final List<String> CAPABILITIES = List.of("xen-3.0-x86_64");

    private final long started = System.nanoTime();
    private final Parts parts;
    private final DomainTable domains = new DomainTable();
    private final DomainAssembly assembly;
    private final HostRetirement retirement;
    private final FrameList frameList;

    /**
     * @param frames machine memory in frames of 4 KiB; host memory is taken as guests write it
     * @param pcpus threads that run guests
     */
    public Xenolith(long frames, int pcpus) {
        parts = new Parts(new Machine(frames), new Pcpus(pcpus), new EventFabric(), new Xenstore(), new EventHub());
        assembly = new DomainAssembly(parts, domid -> domains.find(domid).isPresent());
        retirement = new HostRetirement(parts.machine(), domains, parts.events());
        frameList = new FrameList(parts.machine(), domains);
    }

    public Xenolith(long frames) {
        this(frames, Pcpus.defaultCount());
    }

    @Override
    public HostSnapshot host() {
        MachineCounters counters = parts.machine().counters();
        return new HostSnapshot(
                counters.frames(),
                counters.free(),
                counters.offlined() + counters.broken(),
                counters.backedSlots(),
                parts.pcpus().count(),
                domains.all().size(),
                System.nanoTime() - started,
                CAPABILITIES,
                VersionCalls.text(),
                parts.events().degraded());
    }

    @Override
    public Domain create(DomainSpec spec) {
        int domid = domains.reserve();
        try {
            return enter(assembly.build(domid, spec));
        } catch (RuntimeException | OutOfMemoryError e) {
            domains.remove(domid);
            throw e;
        }
    }

    private HostedDomain enter(HostedDomain domain) {
        domain.setOnDestroy(gone -> domains.remove(gone.domid()));
        domains.put(domain);
        return domain;
    }

    @Override
    public Domain restore(RestoreSpec spec) {
        int domid = domains.reserve();
        try {
            return enter(assembly.restore(domid, spec));
        } catch (RuntimeException | OutOfMemoryError e) {
            domains.remove(domid);
            throw e;
        }
    }

    @Override
    public ImageReader images() {
        return new CheckpointImages(new RestoreRehearsal(parts.pcpus()));
    }

    @Override
    public List<Domain> domains() {
        return domains.views();
    }

    @Override
    public Optional<Domain> domain(int domid) {
        return domains.find(domid).map(domain -> domain);
    }

    @Override
    public FramesPage frames(FrameQuery query) {
        return frameList.page(query);
    }

    @Override
    public Optional<FrameSnapshot> frame(long mfn) {
        return frameList.frame(mfn);
    }

    @Override
    public FrameRetirement retirement() {
        return retirement;
    }

    @Override
    public Audit audit(Optional<Integer> domid) {
        List<Audit.Violation> violations = new ArrayList<>();
        for (HostedDomain domain : domains.all()) {
            if (domid.isEmpty() || domid.get() == domain.domid()) {
                domain.act(() -> DomainAudit.run(domain, violations));
            }
        }
        parts.store()
                .checkInvariants()
                .forEach(broken -> violations.add(new Audit.Violation(null, "xenstore", broken)));
        return new Audit(violations);
    }

    @Override
    public AutoCloseable subscribe(Consumer<EngineEvent> listener) {
        return parts.events().subscribe(listener);
    }

    /** Destroys every domain and gives host memory back. */
    @Override
    public void close() {
        for (HostedDomain domain : domains.all()) {
            domain.destroy();
        }
        parts.pcpus().close();
        parts.machine().close();
    }
}
