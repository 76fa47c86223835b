package dev.xenolith.engine.stream;

/** How values of one Java type stand in the bytes of a state record. */
interface StateField {

    void write(Object value, StateOutput out);

    Object read(StateInput in);

    String schema();
}
