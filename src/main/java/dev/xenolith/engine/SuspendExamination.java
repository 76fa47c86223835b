package dev.xenolith.engine;

import java.util.List;

/**
 * What was found of a domain that suspended itself.
 *
 * @param errors why an image of it could not be restored by Xen
 * @param warnings what a guest that suspends well does not leave behind
 */
public record SuspendExamination(List<Finding> errors, List<Finding> warnings) {

    public SuspendExamination {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /** Whether it may be saved as Xen does it. */
    public boolean isSound() {
        return errors.isEmpty();
    }
}
