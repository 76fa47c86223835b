package dev.xenolith.engine.host;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.checkpoint.Rehearsal;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.xenstore.Xenstore;
import java.nio.channels.FileChannel;
import java.util.UUID;

/** Rehearses restores beside the host: of what is the host's own, only the threads are shared, and they get no work. */
final class RestoreRehearsal implements Rehearsal {

    private static final int DOMID = 1;

    private final Pcpus pcpus;

    RestoreRehearsal(Pcpus pcpus) {
        this.pcpus = pcpus;
    }

    @Override
    public void restore(FileChannel image, long frames) {
        try (Machine machine = new Machine(frames)) {
            Parts parts = new Parts(machine, pcpus, new EventFabric(), new Xenstore(), new EventHub());
            RestoreSpec spec = new RestoreSpec(
                    image,
                    new UUID(0, DOMID),
                    "rehearsal",
                    new ClockSpec.Real(),
                    (bytes, offset, length) -> {},
                    Progress.none());
            XenAssembly.rehearse(new DomainAssembly(parts, domid -> false), machine, DOMID, spec);
        }
    }
}
