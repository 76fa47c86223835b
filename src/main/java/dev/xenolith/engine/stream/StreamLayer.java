package dev.xenolith.engine.stream;

/** Which of the nested formats a record belongs to. */
public enum StreamLayer {
    XL,
    LIBXL,
    LIBXC
}
