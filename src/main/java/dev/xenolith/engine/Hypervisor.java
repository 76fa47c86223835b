package dev.xenolith.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A host that runs Xen paravirtual domains on software vcpus. Every call may come from any thread. */
public interface Hypervisor extends AutoCloseable {

    HostSnapshot host();

    /** Builds a domain from a kernel and leaves it paused at its first instruction; undone completely on failure. */
    Domain create(DomainSpec spec);

    /** Restores a domain from a checkpoint image and leaves it paused at the next instruction. */
    Domain restore(RestoreSpec spec);

    /** Reads images without making domains of them. */
    ImageReader images();

    /** The domains that exist, ascending by domid. */
    List<Domain> domains();

    Optional<Domain> domain(int domid);

    FramesPage frames(FrameQuery query);

    Optional<FrameSnapshot> frame(long mfn);

    /** Takes frames out of use, and moves what they hold. */
    FrameRetirement retirement();

    /** Recomputes every invariant from the page tables, one domain paused at a time. */
    Audit audit(Optional<Integer> domid);

    /** Events arrive in order per domain, on an engine thread: hand them on, do not block. */
    AutoCloseable subscribe(Consumer<EngineEvent> listener);

    @Override
    void close();
}
