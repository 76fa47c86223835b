package dev.xenolith.engine.cpu.fpu;

import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.MM;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.NONE;
import static dev.xenolith.engine.cpu.fpu.SseOp.Operand.XMM;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_66;
import static dev.xenolith.engine.cpu.fpu.SseOp.PREFIX_NONE;

import dev.xenolith.engine.cpu.fpu.SseOp.Body;

/** Shifts: by a register or memory operand, and by an immediate (groups 12, 13 and 14 of the opcode map). */
final class SseShiftRows {
    private static final int RIGHT = 2;
    private static final int RIGHT_BYTES = 3;
    private static final int SIGNED_RIGHT = 4;
    private static final int LEFT = 6;
    private static final int LEFT_BYTES = 7;

    private SseShiftRows() {}

    static void add(SseTable t) {
        shift(t, 0xd1, 0x71, RIGHT, "psrlw", PackedShift::rightWords);
        shift(t, 0xd2, 0x72, RIGHT, "psrld", PackedShift::rightDwords);
        shift(t, 0xd3, 0x73, RIGHT, "psrlq", PackedShift::rightQword);
        shift(t, 0xe1, 0x71, SIGNED_RIGHT, "psraw", PackedShift::signedRightWords);
        shift(t, 0xe2, 0x72, SIGNED_RIGHT, "psrad", PackedShift::signedRightDwords);
        shift(t, 0xf1, 0x71, LEFT, "psllw", PackedShift::leftWords);
        shift(t, 0xf2, 0x72, LEFT, "pslld", PackedShift::leftDwords);
        shift(t, 0xf3, 0x73, LEFT, "psllq", PackedShift::leftQword);
        t.group(PREFIX_66, 0x73, RIGHT_BYTES, immediate("psrldq", XMM, PackedShift::rightBytes));
        t.group(PREFIX_66, 0x73, LEFT_BYTES, immediate("pslldq", XMM, PackedShift::leftBytes));
    }

    private static void shift(SseTable t, int opcode, int groupOpcode, int extension, String name, Packed.Lanes lanes) {
        t.mm(opcode, name, 8, Packed.mm(lanes));
        t.xmm(PREFIX_66, opcode, name, 16, Packed.xmmByCount(lanes));
        t.group(PREFIX_NONE, groupOpcode, extension, immediate(name, MM, Packed.mmByImmediate(lanes)));
        t.group(PREFIX_66, groupOpcode, extension, immediate(name, XMM, Packed.xmmByImmediate(lanes)));
    }

    private static SseRow immediate(String name, SseOp.Operand file, Body body) {
        return new SseRow(name, body).store(file, NONE).immediate();
    }
}
