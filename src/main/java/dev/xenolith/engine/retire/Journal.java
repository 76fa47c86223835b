package dev.xenolith.engine.retire;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Steps taken, each with the way back. A step either happens as a whole or throws and has changed nothing; after a step
 * that throws, {@link #rollBack} undoes those before it, the last first.
 */
final class Journal {

    private record Step(int number, String name, Runnable undo) {}

    private final Faults faults;
    private final Deque<Step> taken = new ArrayDeque<>();
    private int number;

    Journal(Faults faults) {
        this.faults = faults;
    }

    void step(String name, Runnable action, Runnable undo) {
        number++;
        faults.before(number, name, false);
        action.run();
        taken.push(new Step(number, name, undo));
    }

    /** A step that looks and changes nothing. */
    void check(String name, Runnable action) {
        step(name, action, () -> {});
    }

    /** @throws UndoFailedException when an undo fails; those before it are not tried */
    void rollBack() {
        while (!taken.isEmpty()) {
            Step step = taken.pop();
            try {
                faults.before(step.number(), step.name(), true);
                step.undo().run();
            } catch (RuntimeException e) {
                throw new UndoFailedException(step.number() + " (" + step.name() + ")", e);
            }
        }
    }

    /** The state between the old and the new. */
    static final class UndoFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UndoFailedException(String step, RuntimeException cause) {
            super("undo of step " + step + " failed: " + cause.getMessage(), cause);
        }
    }
}
