package dev.xenolith.engine.cpu.fpu;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** One encodable x87 form that has a row, but for the transcendental instructions; memory as in {@link SseForm}. */
record X87Form(X87Op op, int opcode, int modrm, boolean narrow) {
    private static final Set<String> TRANSCENDENTAL =
            Set.of("f2xm1", "fyl2x", "fyl2xp1", "fptan", "fpatan", "fsin", "fcos", "fsincos");

    static List<X87Form> all() {
        List<X87Form> all = new ArrayList<>();
        for (int opcode = 0xd8; opcode <= 0xdf; opcode++) {
            for (int reg = 0; reg < 8; reg++) {
                add(all, opcode, 0x42 | reg << 3);
            }
            for (int modrm = 0xc0; modrm <= 0xff; modrm++) {
                add(all, opcode, modrm);
            }
        }
        return all;
    }

    /** With prefix 66 where that makes a difference. */
    private static void add(List<X87Form> all, int opcode, int modrm) {
        X87Op wide = X87Op.lookup(opcode, modrm, false);
        if (wide == null || TRANSCENDENTAL.contains(wide.name)) {
            return;
        }
        all.add(new X87Form(wide, opcode, modrm, false));
        X87Op narrow = X87Op.lookup(opcode, modrm, true);
        if (narrow != null && narrow != wide) {
            all.add(new X87Form(narrow, opcode, modrm, true));
        }
    }

    byte[] bytes() {
        HexFormat hex = HexFormat.of();
        String displacement = modrm < 0xc0 ? hex.toHexDigits((byte) HostCpu.MEMORY) : "";
        return hex.parseHex(
                (narrow ? "66" : "") + hex.toHexDigits((byte) opcode) + hex.toHexDigits((byte) modrm) + displacement);
    }

    @Override
    public String toString() {
        return op.name + " " + HexFormat.of().formatHex(bytes());
    }
}
