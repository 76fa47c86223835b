package dev.xenolith.testing;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Reason;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameRetirement;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Every page moves, if its guest is suspended. Domains have the frames that the test gives them. */
public final class FakeRetirement implements FrameRetirement {

    private final FakeHypervisor host;
    private final Map<Long, Integer> owners = new ConcurrentHashMap<>();
    private final Map<Long, FrameState> states = new ConcurrentHashMap<>();
    private final Set<Integer> failing = ConcurrentHashMap.newKeySet();
    private final Set<Integer> damaged = ConcurrentHashMap.newKeySet();

    FakeRetirement(FakeHypervisor host) {
        this.host = host;
    }

    /** The domain has the frames from now on. */
    public void give(int domid, long first, long count) {
        LongStream.range(first, first + count).forEach(mfn -> owners.put(mfn, domid));
    }

    /** An undo fails as soon as a page of the domain is retired. */
    public void damage(int domid) {
        damaged.add(domid);
    }

    /** Whoever retires a page of the domain fails. */
    public void failFor(int domid) {
        failing.add(domid);
    }

    @Nullable
    Integer ownerOf(long mfn) {
        Integer owner = owners.get(mfn);
        return owner != null && host.domain(owner).isPresent() ? owner : null;
    }

    FrameState stateOf(long mfn) {
        FrameState state = states.get(mfn);
        if (state != null) {
            return state == FrameState.OFFLINING && ownerOf(mfn) == null ? FrameState.OFFLINED : state;
        }
        return ownerOf(mfn) == null ? FrameState.FREE : FrameState.IN_USE;
    }

    @Override
    public OptionalLong frameOf(int domid, long pfn) {
        return OptionalLong.of(pfn);
    }

    @Override
    public PageRetirement examine(long mfn, Mode mode, boolean asSuspended) {
        Integer owner = ownerOf(mfn);
        boolean mustSuspend = owner != null
                && !asSuspended
                && mode == Mode.EXCHANGE
                && host.fake(owner).state() != DomainState.SUSPENDED;
        return mustSuspend
                ? new PageRetirement(
                        mfn, owner, null, null, State.PENDING, PageRetirement.Reason.GUEST_MUST_SUSPEND, mode)
                : new PageRetirement(mfn, owner, null, null, State.OFFLINED, null, mode);
    }

    @Override
    public PageRetirement retire(long mfn, Mode mode) {
        PageRetirement result = examine(mfn, mode, false);
        Integer owner = result.domid();
        if (owner != null && failing.contains(owner)) {
            throw new IllegalStateException("as the test wants");
        }
        if (owner != null && damaged.contains(owner)) {
            return new PageRetirement(mfn, owner, null, null, State.FAILED, PageRetirement.Reason.GUEST_DAMAGED, mode);
        }
        if (result.state() == State.OFFLINED) {
            owners.remove(mfn);
            states.put(mfn, FrameState.OFFLINED);
        }
        return result;
    }

    @Override
    public void setErrorPolicy(MemoryError.Policy policy) {}

    @Override
    public Optional<MemoryError> injectError(long mfn, MemoryError.Kind kind) {
        return Optional.empty();
    }

    @Override
    public List<FrameOfflining> offline(long firstMfn, long count) {
        return LongStream.range(firstMfn, firstMfn + count)
                .mapToObj(this::offline)
                .toList();
    }

    private FrameOfflining offline(long mfn) {
        Integer owner = ownerOf(mfn);
        states.put(mfn, owner == null ? FrameState.OFFLINED : FrameState.OFFLINING);
        return owner == null
                ? new FrameOfflining(mfn, Status.OFFLINED, Set.of(), null)
                : new FrameOfflining(mfn, Status.PENDING, Set.of(Reason.OWNED), owner);
    }

    @Override
    public List<FrameOfflining> online(long firstMfn, long count) {
        return LongStream.range(firstMfn, firstMfn + count)
                .mapToObj(mfn -> {
                    states.remove(mfn);
                    return new FrameOfflining(mfn, Status.ONLINED, Set.of(), null);
                })
                .toList();
    }
}
