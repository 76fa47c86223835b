package dev.xenolith.engine.retire;

import dev.xenolith.engine.MemoryError.Policy;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/** When each frame had corrected errors, as far back as the window reaches. Times are of {@code System.nanoTime}. */
public final class CorrectedErrors {

    /** Frames remembered; beyond that the one with the oldest first error is forgotten. */
    private static final int MAX_FRAMES = 1 << 16;

    private final Map<Integer, ArrayDeque<Long>> times = new LinkedHashMap<>();
    private Policy policy = Policy.DEFAULT;

    public synchronized void setPolicy(Policy policy) {
        this.policy = policy;
    }

    /** Notes one; returns how many the frame has had within the window. */
    public synchronized int note(int mfn, long now) {
        ArrayDeque<Long> of = times.computeIfAbsent(mfn, any -> new ArrayDeque<>());
        of.addLast(now);
        while (now - of.getFirst() > policy.window().toNanos() || of.size() > policy.limit()) {
            of.removeFirst();
        }
        if (times.size() > MAX_FRAMES) {
            times.remove(times.keySet().iterator().next());
        }
        return of.size();
    }

    public synchronized boolean isTooMany(int count) {
        return count >= policy.limit();
    }
}
