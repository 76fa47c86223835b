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

    /** From modrm.rm into modrm.reg, as nearly all are. */
    SseRow move(Operand to, Operand from) {
        source = from;
        destination = to;
        mmx = to == Operand.MM || from == Operand.MM;
        return this;
    }

    /** From modrm.reg into modrm.rm. */
    SseRow store(Operand to, Operand from) {
        sourceIsRm = false;
        return move(to, from);
    }

    /** Sixteen bytes are to be aligned but for the moves that say otherwise. */
    SseRow bytes(int size) {
        memoryBytes = size;
        aligned = size == 16;
        return this;
    }

    SseRow unaligned() {
        aligned = false;
        return this;
    }

    SseRow immediate() {
        immediate = true;
        return this;
    }

    SseRow simd() {
        raisesSimd = true;
        return this;
    }

    SseRow mmx() {
        mmx = true;
        return this;
    }

    SseRow noModrm() {
        hasModrm = false;
        return this;
    }
}
