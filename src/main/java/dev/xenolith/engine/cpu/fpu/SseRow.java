package dev.xenolith.engine.cpu.fpu;

import dev.xenolith.engine.cpu.fpu.SseOp.Operand;

/** A row of the SSE table while it is being written. */
final class SseRow {
    final String name;
    final SseOp.Body body;
    Operand source = Operand.NONE;
    Operand destination = Operand.NONE;
    boolean sourceIsRm = true;
    int memoryBytes;
    boolean aligned;
    boolean immediate;
    boolean raisesSimd;
    boolean mmx;
    boolean hasModrm = true;

    SseRow(String name, SseOp.Body body) {
        this.name = name;
        this.body = body;
    }
}
