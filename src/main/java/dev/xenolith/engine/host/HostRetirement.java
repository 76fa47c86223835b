package dev.xenolith.engine.host;

import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameRetirement;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.MemoryError.Kind;
import dev.xenolith.engine.MemoryError.Outcome;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.retire.CorrectedErrors;
import dev.xenolith.engine.retire.DomainRetirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Marks frames one by one, as the hypercall behind {@code xen-hptool} does, up to the first that is refused. */
final class HostRetirement implements FrameRetirement {

    private static final int MAX_FRAMES = 1 << 16;

    private final Machine machine;
    private final DomainTable domains;
    private final EventHub events;
    private final CorrectedErrors corrected = new CorrectedErrors();

    HostRetirement(Machine machine, DomainTable domains, EventHub events) {
        this.machine = machine;
        this.domains = domains;
        this.events = events;
    }

    @Override
    public List<FrameOfflining> offline(long first, long count) {
        return each(first, count, this::offlineOne);
    }

    @Override
    public List<FrameOfflining> online(long first, long count) {
        return each(first, count, machine::online);
    }

    @Override
    public OptionalLong frameOf(int domid, long pfn) {
        return domains.find(domid)
                .map(domain -> domain.look(() -> frameOf(domain.guest().memory(), pfn)))
                .orElse(OptionalLong.empty());
    }

    /** By the m2p, the hypervisor's own account: a look through all of the domain's frames. */
    private OptionalLong frameOf(DomainMemory memory, long pfn) {
        OptionalLong[] found = {OptionalLong.empty()};
        machine.forEachFrame(memory.owner(), mfn -> {
            if (memory.m2p().get(memory.view().guestMfnOf(mfn)) == pfn) {
                found[0] = OptionalLong.of(mfn);
            }
        });
        return found[0];
    }

    @Override
    public PageRetirement examine(long mfn, Mode mode, boolean asSuspended) {
        return isRam(mfn)
                ? withOwner((int) mfn, mode, (domain, frame, how) -> domain.examine(frame, how, asSuspended))
                : notRam(mfn, mode);
    }

    @Override
    public PageRetirement retire(long mfn, Mode mode) {
        if (!isRam(mfn)) {
            return notRam(mfn, mode);
        }
        if (machine.state((int) mfn) != FrameState.BROKEN) {
            machine.offline((int) mfn, false);
        }
        return withOwner((int) mfn, mode, DomainRetirement::retire);
    }

    @Override
    public void setErrorPolicy(MemoryError.Policy policy) {
        corrected.setPolicy(policy);
    }

    @Override
    public Optional<MemoryError> injectError(long mfn, MemoryError.Kind kind) {
        if (!isRam(mfn)) {
            return Optional.empty();
        }
        MemoryError error = switch (kind) {
            case CORRECTED -> corrected((int) mfn);
            case UNCORRECTABLE -> uncorrectable((int) mfn);
        };
        events.publish(new EngineEvent.FrameFailed(error));
        return Optional.of(error);
    }

    private MemoryError corrected(int mfn) {
        PageRetirement before = examine(mfn, Mode.BACKING, false);
        int count = corrected.note(mfn, System.nanoTime());
        FrameState state = machine.state(mfn);
        boolean outOfUse = state == FrameState.OFFLINED || state == FrameState.BROKEN;
        if (outOfUse || !corrected.isTooMany(count)) {
            return error(before, Kind.CORRECTED, Outcome.COUNTED, count, null);
        }
        // Nobody has to be asked for that, so it does not wait for a guest that may never answer.
        return error(before, Kind.CORRECTED, Outcome.RETIRED, count, retire(mfn, Mode.BACKING));
    }

    private MemoryError uncorrectable(int mfn) {
        PageRetirement before = examine(mfn, Mode.BACKING, false);
        machine.offline(mfn, true);
        Integer domid = before.domid();
        Optional<HostedDomain> owner = domid == null ? Optional.empty() : domains.find(domid);
        if (owner.isEmpty()) {
            return error(before, Kind.UNCORRECTABLE, Outcome.BROKEN, 0, null);
        }
        Long pfn = before.pfn();
        String page = pfn == null ? "a page without a pfn" : "pfn 0x" + Long.toHexString(pfn);
        owner.get().loseMemory("uncorrectable memory error in " + page + ", mfn 0x" + Integer.toHexString(mfn));
        return error(before, Kind.UNCORRECTABLE, Outcome.GUEST_CRASHED, 0, null);
    }

    private static MemoryError error(
            PageRetirement before, Kind kind, Outcome outcome, int count, @Nullable PageRetirement retirement) {
        return new MemoryError(before.mfn(), kind, outcome, count, before.domid(), before.pfn(), retirement);
    }

    private interface Action {
        PageRetirement apply(DomainRetirement domain, int mfn, Mode mode);
    }

    private PageRetirement withOwner(int mfn, Mode mode, Action action) {
        FrameOwner owner = machine.ownerOf(mfn);
        HostedDomain domain = owner == null ? null : domains.find(owner.domid()).orElse(null);
        if (machine.state(mfn) == FrameState.BROKEN) {
            Integer domid = owner == null ? null : owner.domid();
            return new PageRetirement(mfn, domid, null, null, State.FAILED, Reason.BROKEN, mode);
        }
        if (domain == null) {
            return new PageRetirement(mfn, null, null, null, State.OFFLINED, null, mode);
        }
        return domain.look(() -> machine.ownerOf(mfn) == owner
                ? action.apply(domain.retirement(), mfn, mode)
                : new PageRetirement(mfn, null, null, null, State.OFFLINED, null, mode));
    }

    private boolean isRam(long mfn) {
        return mfn >= Machine.FIRST_FRAME && mfn < machine.limit();
    }

    private static PageRetirement notRam(long mfn, Mode mode) {
        return new PageRetirement(mfn, null, null, null, State.FAILED, Reason.NOT_RAM, mode);
    }

    private FrameOfflining offlineOne(int mfn) {
        FrameOfflining answer = machine.offline(mfn, false);
        Integer owner = answer.domid();
        if (answer.status() == Status.AGAIN && owner != null) {
            // Somebody may still read what the broken frame holds: the owner must not go on.
            domains.find(owner)
                    .ifPresent(domain -> domain.loseMemory("mfn 0x" + Integer.toHexString(mfn) + " is broken"));
        }
        return answer;
    }

    private List<FrameOfflining> each(long first, long count, IntFunction<FrameOfflining> action) {
        if (count > MAX_FRAMES) {
            throw new LimitExceededException("frames in one call", MAX_FRAMES, count);
        }
        List<FrameOfflining> answers = new ArrayList<>();
        boolean refused = false;
        for (long mfn = first; mfn < first + count; mfn++) {
            boolean exists = mfn >= 0 && mfn < machine.limit();
            if (refused || !exists) {
                answers.add(new FrameOfflining(mfn, Status.INVALID, Set.of(), null));
                refused = true;
            } else {
                FrameOfflining answer = action.apply((int) mfn);
                answers.add(answer);
                refused = answer.status() == Status.FAILED;
            }
        }
        return answers;
    }
}
