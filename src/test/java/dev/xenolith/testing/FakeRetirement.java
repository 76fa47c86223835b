package dev.xenolith.testing;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameRetirement;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.State;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/** Every page moves, and nothing is remembered. */
final class FakeRetirement implements FrameRetirement {

    @Override
    public OptionalLong frameOf(int domid, long pfn) {
        return OptionalLong.of(pfn);
    }

    @Override
    public PageRetirement examine(long mfn, Mode mode, boolean asSuspended) {
        return retire(mfn, mode);
    }

    @Override
    public PageRetirement retire(long mfn, Mode mode) {
        return new PageRetirement(mfn, null, null, mfn + 1, State.OFFLINED, null, mode);
    }

    @Override
    public void setErrorPolicy(MemoryError.Policy policy) {}

    @Override
    public Optional<MemoryError> injectError(long mfn, MemoryError.Kind kind) {
        return Optional.empty();
    }

    @Override
    public List<FrameOfflining> offline(long firstMfn, long count) {
        return each(firstMfn, count, Status.OFFLINED);
    }

    @Override
    public List<FrameOfflining> online(long firstMfn, long count) {
        return each(firstMfn, count, Status.ONLINED);
    }

    private static List<FrameOfflining> each(long first, long count, Status status) {
        return LongStream.range(first, first + count)
                .mapToObj(mfn -> new FrameOfflining(mfn, status, Set.of(), null))
                .toList();
    }
}
