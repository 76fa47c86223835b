package dev.xenolith.engine;

/** Receives what a guest prints, in order, on the domain's carrier: must not block. */
@FunctionalInterface
public interface ConsoleOutput {
    void write(byte[] bytes, int offset, int length);
}
