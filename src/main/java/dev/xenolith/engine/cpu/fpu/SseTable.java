package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MEMORY;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MM;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.XMM;

import dev.xenolith.engine.cpu.fpu.SseOp.Body;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All rows, by mandatory prefix, opcode, register or memory form, REX.W, and for the shift groups modrm.reg. The rows
 * themselves stand in the {@code Sse...Rows} files, by family.
 */
final class SseTable {
    private static final int GROUP_FIRST = 0x71;
    private static final int GROUP_LAST = 0x73;

    private static final SseTable TABLE = new SseTable();

    private final @Nullable SseOp[] rows = new SseOp[4 * 256 * 4];
    private final @Nullable SseOp[] groups = new SseOp[4 * 3 * 8];

    private SseTable() {
        SseMoveRows.add(this);
        SseFloatRows.add(this);
        Sse3Rows.add(this);
        SseConversionRows.add(this);
        SseIntegerRows.add(this);
        SseShiftRows.add(this);
    }

    static @Nullable SseOp find(int prefix, int opcode, int modrm, boolean rexW) {
        boolean register = modrm >= 0xc0;
        if (opcode >= GROUP_FIRST && opcode <= GROUP_LAST) {
            return register ? TABLE.groups[group(prefix, opcode, modrm >> 3 & 7)] : null;
        }
        return TABLE.rows[index(prefix, opcode, register, rexW)];
    }

    private static int index(int prefix, int opcode, boolean register, boolean rexW) {
        return (prefix << 8 | opcode) << 2 | (register ? 2 : 0) | (rexW ? 1 : 0);
    }

    private static int group(int prefix, int opcode, int extension) {
        return (prefix * 3 + opcode - GROUP_FIRST) << 3 | extension;
    }

    /** A register form, whatever REX.W is. */
    void register(int prefix, int opcode, SseRow row) {
        SseOp op = new SseOp(row);
        rows[index(prefix, opcode, true, false)] = op;
        rows[index(prefix, opcode, true, true)] = op;
    }

    void register(int prefix, int opcode, boolean rexW, SseRow row) {
        rows[index(prefix, opcode, true, rexW)] = new SseOp(row);
    }

    /** A memory form, whatever REX.W is. */
    void memory(int prefix, int opcode, SseRow row) {
        SseOp op = new SseOp(row);
        rows[index(prefix, opcode, false, false)] = op;
        rows[index(prefix, opcode, false, true)] = op;
    }

    void memory(int prefix, int opcode, boolean rexW, SseRow row) {
        rows[index(prefix, opcode, false, rexW)] = new SseOp(row);
    }

    void group(int prefix, int opcode, int extension, SseRow row) {
        groups[group(prefix, opcode, extension)] = new SseOp(row);
    }

    /** XMM from XMM or memory. */
    void xmm(int prefix, int opcode, String name, int bytes, Body body, UnaryOperator<SseRow> more) {
        register(prefix, opcode, more.apply(new SseRow(name, body).move(XMM, XMM)));
        memory(
                prefix,
                opcode,
                more.apply(new SseRow(name, body).move(XMM, MEMORY).bytes(bytes)));
    }

    void xmm(int prefix, int opcode, String name, int bytes, Body body) {
        xmm(prefix, opcode, name, bytes, body, UnaryOperator.identity());
    }

    /** MM from MM or memory. */
    void mm(int opcode, String name, int bytes, Body body, UnaryOperator<SseRow> more) {
        register(0, opcode, more.apply(new SseRow(name, body).move(MM, MM)));
        memory(0, opcode, more.apply(new SseRow(name, body).move(MM, MEMORY).bytes(bytes)));
    }

    void mm(int opcode, String name, int bytes, Body body) {
        mm(opcode, name, bytes, body, UnaryOperator.identity());
    }
}
