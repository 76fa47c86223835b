package dev.xenolith.engine.mmu;

/**
 * A hypercall that stopped half-way ({@code hypercall_create_continuation}): it is to be issued again with these first two
 * arguments and all others as they were.
 */
public record Continuation(long argument1, long argument2) {}
