package dev.xenolith.engine.host;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameRetirement;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/** Marks frames one by one, as the hypercall behind {@code xen-hptool} does, up to the first that is refused. */
final class HostRetirement implements FrameRetirement {

    private static final int MAX_FRAMES = 1 << 16;

    private final Machine machine;
    private final DomainTable domains;

    HostRetirement(Machine machine, DomainTable domains) {
        this.machine = machine;
        this.domains = domains;
    }

    @Override
    public List<FrameOfflining> offline(long first, long count) {
        return each(first, count, this::offlineOne);
    }

    @Override
    public List<FrameOfflining> online(long first, long count) {
        return each(first, count, machine::online);
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
