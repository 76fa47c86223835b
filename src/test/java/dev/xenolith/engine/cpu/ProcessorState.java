package dev.xenolith.engine.cpu;

/** Registers of one side of a comparison. */
final class ProcessorState {
    final long[] gpr = new long[16];
    long flags = 0x202;
    final byte[] fx = new byte[HostProcessor.FX_BYTES];
}
