package dev.xenolith.control;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Reason;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameRetirement;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.MemoryError;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Frames out of use, and on their way there: kept over a restart, put online again, broken. */
@Service
public class RetiredFrames {

    private static final Logger log = LoggerFactory.getLogger(RetiredFrames.class);

    private final Hypervisor hypervisor;
    private final RetirementStore store;

    RetiredFrames(Hypervisor hypervisor, RetirementStore store) {
        this.hypervisor = hypervisor;
        this.store = store;
    }

    /** Before any domain exists: takes out of use again what was so when the server before this one ended. */
    void reapply() {
        List<RetirementStore.MarkedFrame> marked = store.marked();
        if (marked.isEmpty()) {
            return;
        }
        long frames = hypervisor.host().frames();
        FrameRetirement retirement = hypervisor.retirement();
        int applied = 0;
        for (RetirementStore.MarkedFrame frame : marked) {
            if (frame.hostFrames() == frames) {
                if (frame.broken()) {
                    retirement.injectError(frame.mfn(), MemoryError.Kind.UNCORRECTABLE);
                } else {
                    retirement.offline(frame.mfn(), 1);
                }
                applied++;
            }
        }
        log.info("{} frames are out of use, as before", applied);
        if (applied < marked.size()) {
            log.warn(
                    "{} frames were taken out of use on a host of another size, and are in use on this one",
                    marked.size() - applied);
        }
    }

    /** Remembers those of the frames that are out of use now or will be. */
    void remember(Collection<Long> mfns) {
        long frames = hypervisor.host().frames();
        store.mark(mfns.stream()
                .flatMap(mfn -> hypervisor.frame(mfn).stream())
                .filter(frame -> frame.state() != FrameState.FREE && frame.state() != FrameState.IN_USE)
                .map(frame -> new RetirementStore.MarkedFrame(frame.mfn(), frame.state() == FrameState.BROKEN, frames))
                .toList());
    }

    /** Puts a frame back into use. */
    public FrameSnapshot online(long mfn) {
        requireFrame(mfn);
        FrameOfflining answer = hypervisor.retirement().online(mfn, 1).getFirst();
        if (answer.status() == Status.FAILED) {
            String reason = answer.reasons().contains(Reason.BROKEN) ? "broken" : "not-ram";
            throw new ProblemException(
                    ProblemType.FRAME_NOT_OFFLINABLE,
                    "frame " + mfn + " cannot be put online: it is " + reason,
                    Map.of("reason", reason));
        }
        store.unmark(List.of(mfn));
        return requireFrame(mfn);
    }

    /** Behaves as if the memory had reported an error. */
    public MemoryError inject(long mfn, MemoryError.Kind kind) {
        MemoryError error = hypervisor
                .retirement()
                .injectError(mfn, kind)
                .orElseThrow(() -> ProblemException.notFound("frame", Long.toString(mfn)));
        remember(List.of(mfn));
        return error;
    }

    private FrameSnapshot requireFrame(long mfn) {
        return hypervisor.frame(mfn).orElseThrow(() -> ProblemException.notFound("frame", Long.toString(mfn)));
    }
}
