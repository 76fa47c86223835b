package dev.xenolith.engine.stream;

import org.jspecify.annotations.Nullable;

/** How values of one Java type stand in the bytes of a state record. */
interface StateField {

    void write(Object value, StateOutput out);

    Object read(StateInput in);

    String schema();

    /** The value for people and programs: see {@link StateTree}. */
    @Nullable
    Object tree(Object value);
}
