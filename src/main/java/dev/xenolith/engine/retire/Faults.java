package dev.xenolith.engine.retire;

/** Where a test makes a step of an exchange, or the undo of one, fail: by throwing. */
public interface Faults {

    Faults NONE = (number, name, isUndo) -> {};

    /** A step is about to be taken, or undone; they are numbered from 1. */
    void before(int number, String name, boolean isUndo);
}
