package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.SseOp;
import dev.xenolith.engine.cpu.fpu.X87Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The MMX, SSE and x87 forms that the decoder knows, as their own tables name them. */
final class VectorForms {
    private static final String[] PREFIXES = {"", "66", "f3", "f2"};

    /** Approximations differ between processors. */
    private static final Set<String> APPROXIMATE = Set.of("rcpps", "rcpss", "rsqrtps", "rsqrtss");

    /** Approximations, and what needs an operand in memory that is more than a number. */
    private static final Set<String> X87_LEFT_OUT = Set.of(
            "f2xm1", "fcos", "fsin", "fsincos", "fptan", "fpatan", "fyl2x", "fyl2xp1", "fldenv", "frstor", "fnsave",
            "fnstenv", "fldcw", "fbld", "fbstp", "fprem", "fprem1", "fscale");

    private VectorForms() {}

    static List<Form> sse() {
        List<Form> forms = new ArrayList<>();
        for (int prefix = 0; prefix < PREFIXES.length; prefix++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                for (int kind = 0; kind < 4; kind++) {
                    sse(forms, prefix, opcode, (kind & 1) != 0, (kind & 2) != 0);
                }
            }
        }
        return forms;
    }

    private static void sse(List<Form> forms, int prefix, int opcode, boolean memory, boolean wide) {
        int mod = memory ? 0 : 0xc0;
        boolean shiftGroup = opcode >= 0x71 && opcode <= 0x73;
        for (int reg = 0; reg < (shiftGroup ? 8 : 1); reg++) {
            SseOp op = SseOp.lookup(prefix, opcode, mod | reg << 3, wide);
            if (op == null || APPROXIMATE.contains(op.name) || op.destination == SseOp.Operand.MASKED_MEMORY) {
                continue;
            }
            String operands = (op.hasModrm ? memory ? "M" : "R" : "x")
                    + (op.aligned ? "a" : "")
                    + (op.immediate ? "b" : "")
                    + (wide ? "W" : "y")
                    + (shiftGroup ? "/" + reg : "");
            forms.add(Form.parse("%s %s0f%02x %s".formatted(op.name, PREFIXES[prefix], opcode, operands)));
        }
    }

    static List<Form> x87() {
        List<Form> forms = new ArrayList<>();
        for (int opcode = 0xd8; opcode < 0xe0; opcode++) {
            for (int modrm = 0xc0; modrm < 0x100; modrm++) {
                X87Op op = X87Op.lookup(opcode, modrm, false);
                if (op != null && !X87_LEFT_OUT.contains(op.name)) {
                    forms.add(Form.parse("%s %02x%02x x".formatted(op.name, opcode, modrm)));
                }
            }
            for (int reg = 0; reg < 8; reg++) {
                X87Op op = X87Op.lookup(opcode, reg << 3, false);
                if (op != null && !X87_LEFT_OUT.contains(op.name)) {
                    forms.add(Form.parse("%s %02x My/%d".formatted(op.name, opcode, reg)));
                }
            }
        }
        return forms;
    }
}
