package dev.xenolith.engine.cpu.fpu;

import dev.xenolith.engine.cpu.fpu.SseOp.Operand;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One encodable form that has a row: registers 1 and 2, or 9 and 10 with REX; a general register is rax, memory is
 * {@code [rdx + HostCpu.MEMORY]}.
 */
record SseForm(SseOp op, int prefix, int rex, int opcode, int modrm, int immediate) {
    private static final String[] PREFIXES = {"", "66", "f3", "f2"};
    private static final int[] IMMEDIATES = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 0x1b, 0x4e, 0x93, 0xe4, 0xb1, 0x80, 0xff
    };

    static List<SseForm> all() {
        List<SseForm> all = new ArrayList<>();
        for (int prefix = 0; prefix < 4; prefix++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                boolean group = opcode >= 0x71 && opcode <= 0x73;
                for (int extension = group ? 0 : 1; extension < (group ? 8 : 2); extension++) {
                    add(all, prefix, opcode, 0xc2 | extension << 3);
                    add(all, prefix, opcode, 0x42 | extension << 3);
                }
            }
        }
        return all;
    }

    private static void add(List<SseForm> all, int prefix, int opcode, int modrm) {
        for (int rex : new int[] {0, 0x48, modrm < 0xc0 ? 0x44 : 0x45}) {
            SseOp op = SseOp.lookup(prefix, opcode, modrm, rex == 0x48);
            if (op == null || op.name.startsWith("rcp") || op.name.startsWith("rsqrt")) {
                continue;
            }
            boolean general = op.source == Operand.GPR || op.destination == Operand.GPR;
            if (general && (rex == 0x45 || rex == 0x44)) {
                continue;
            }
            int chosen = general ? withRax(op, modrm) : modrm;
            for (int immediate : op.immediate ? IMMEDIATES : new int[] {0}) {
                all.add(new SseForm(op, prefix, rex, opcode, chosen, immediate));
            }
        }
    }

    private static int withRax(SseOp op, int modrm) {
        boolean inRm = op.sourceIsRm ? op.source == Operand.GPR : op.destination == Operand.GPR;
        return inRm ? modrm & ~7 : modrm & ~0x38;
    }

    byte[] bytes() {
        HexFormat hex = HexFormat.of();
        StringBuilder text = new StringBuilder(PREFIXES[prefix]);
        text.append(rex == 0 ? "" : hex.toHexDigits((byte) rex)).append("0f").append(hex.toHexDigits((byte) opcode));
        if (op.hasModrm) {
            text.append(hex.toHexDigits((byte) modrm));
            text.append(modrm < 0xc0 ? hex.toHexDigits((byte) HostCpu.MEMORY) : "");
        }
        text.append(op.immediate ? hex.toHexDigits((byte) immediate) : "");
        return hex.parseHex(text);
    }

    @Override
    public String toString() {
        return op.name + " " + HexFormat.of().formatHex(bytes());
    }
}
