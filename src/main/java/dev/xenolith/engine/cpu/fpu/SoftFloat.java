package dev.xenolith.engine.cpu.fpu;

/** Placeholder of the integer arithmetic; grows with the operations. */
final class SoftFloat {}
