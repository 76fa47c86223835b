package dev.xenolith.control;

import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FramesPage;
import dev.xenolith.engine.Hypervisor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The frames that a request names, as of now.
 *
 * @param seed of the random choice, where there was one
 */
record ChosenPages(List<Long> mfns, @Nullable Long seed) {

    private static final int BATCH = 1000;

    static ChosenPages of(Hypervisor hypervisor, RetirementRequest request, @Nullable Integer domid) {
        if (domid == null) {
            return new ChosenPages(inRanges(request.frames()), null);
        }
        List<FrameSnapshot> frames = framesOf(hypervisor, domid);
        Integer random = request.random();
        if (random == null) {
            return new ChosenPages(byPfn(frames, request.pfns()), null);
        }
        Long wanted = request.seed();
        long seed = wanted == null ? ThreadLocalRandom.current().nextLong(1L << 52) : wanted;
        List<Long> mfns = new ArrayList<>(frames.stream()
                .filter(frame -> frame.pfn() != null)
                .map(FrameSnapshot::mfn)
                .toList());
        if (random > mfns.size()) {
            throw ProblemException.field("/random", "expected at most " + mfns.size() + ", got " + random);
        }
        Collections.shuffle(mfns, new Random(seed));
        return new ChosenPages(List.copyOf(mfns.subList(0, random)), seed);
    }

    private static List<Long> inRanges(List<RetirementRequest.Range> ranges) {
        List<Long> mfns = new ArrayList<>();
        for (RetirementRequest.Range range : ranges) {
            for (long mfn = range.first(); mfn < range.first() + range.count(); mfn++) {
                mfns.add(mfn);
            }
        }
        return mfns;
    }

    private static List<FrameSnapshot> framesOf(Hypervisor hypervisor, int domid) {
        List<FrameSnapshot> frames = new ArrayList<>();
        Long from = 0L;
        while (from != null) {
            FramesPage page = hypervisor.frames(new FrameQuery(from, BATCH, null, domid));
            frames.addAll(page.frames());
            from = page.nextMfn();
        }
        return frames;
    }

    private static List<Long> byPfn(List<FrameSnapshot> frames, List<Long> pfns) {
        Map<Long, Long> mfns = new HashMap<>();
        for (FrameSnapshot frame : frames) {
            Long pfn = frame.pfn();
            if (pfn != null) {
                mfns.put(pfn, frame.mfn());
            }
        }
        List<Long> chosen = new ArrayList<>();
        for (int i = 0; i < pfns.size(); i++) {
            Long mfn = mfns.get(pfns.get(i));
            if (mfn == null) {
                throw ProblemException.field("/pfns/" + i, "expected a page of the domain, got " + pfns.get(i));
            }
            chosen.add(mfn);
        }
        return chosen;
    }
}
