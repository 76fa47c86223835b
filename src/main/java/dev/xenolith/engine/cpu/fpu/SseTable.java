package dev.xenolith.engine.cpu.fpu;

import org.jspecify.annotations.Nullable;

/**
 * All rows, by mandatory prefix, opcode, register or memory form, REX.W, and for the shift groups modrm.reg.
 */
final class SseTable {
    private SseTable() {}

    static @Nullable SseOp find(int prefix, int opcode, int modrm, boolean rexW) {
        return null;
    }
}
