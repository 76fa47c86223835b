package dev.xenolith.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a long action and how each is undone. A failure undoes them backwards, so that afterwards everything is
 * as it was or everything is done.
 *
 * <p>Where an undo fails, the ones before it are left alone: a domain that was paused first stays paused, since nobody
 * knows any more what it would run on.
 */
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final Deque<Undo> undos = new ArrayDeque<>();
    private boolean undone = true;

    private record Undo(String step, Runnable action) {}

    /** Notes how to undo a step that was just done. */
    void done(String step, Runnable undo) {
        undos.push(new Undo(step, undo));
    }

    /** Does the last part of an action; if it fails, undoes the part before it. */
    static <T> T orUndo(String step, Runnable undo, Supplier<T> last) {
        Journal journal = new Journal();
        journal.done(step, undo);
        try {
            T result = last.get();
            journal.commit();
            return result;
        } finally {
            journal.undo();
        }
    }

    /** What was done stands. */
    void commit() {
        undos.clear();
    }

    /** @return whether everything is as before */
    boolean undo() {
        while (undone && !undos.isEmpty()) {
            Undo undo = undos.pop();
            try {
                undo.action().run();
            } catch (RuntimeException e) {
                log.error("cannot undo {}", undo.step(), e);
                undone = false;
            }
        }
        return undone;
    }
}
