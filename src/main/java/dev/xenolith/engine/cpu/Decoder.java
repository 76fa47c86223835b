package dev.xenolith.engine.cpu;

import java.nio.charset.StandardCharsets;

/** Splits bytes into instructions: prefixes, opcode, ModRM and SIB, displacement, immediates. */
final class Decoder {
    /** What follows UD2 in the forced-emulation prefix, with the one instruction it may force (Xen's XEN_CPUID). */
    private static final byte[] FORCED_CPUID = "xen\u000f\u00a2".getBytes(StandardCharsets.ISO_8859_1);

    private static final String INVALID = "-";

    private final CodeFetch fetch;

    Decoder(CodeFetch fetch) {
        this.fetch = fetch;
    }

    void decode(Insn in) {
        in.va = fetch.position();
        fetch.startInstruction();
        int opcode = prefixes(in);
        String operands = opcode == 0x0f ? twoByte(in) : OpcodeTable.oneByte(opcode);
        if (opcode != 0x0f) {
            in.opcode = opcode;
        }
        if (operands.equals(INVALID)) {
            in.opcode = Insn.INVALID;
        } else if (in.opcode == (Insn.TWO_BYTE | 0x0b) && fetch.follows(FORCED_CPUID)) {
            in.opcode = Insn.FORCED_CPUID;
        } else {
            operands(in, operands);
        }
        if (fetch.tooLong) {
            in.opcode = Insn.TOO_LONG;
        }
        in.length = (int) (fetch.position() - in.va);
    }

    private int prefixes(Insn in) {
        in.rex = 0;
        in.operand16 = false;
        in.address32 = false;
        in.lock = false;
        in.repeat = 0;
        in.segment = CpuRegisters.FLAT;
        in.hasModrm = false;
        in.memory = false;
        in.modrm = 0;
        in.immediate = 0;
        in.immediate2 = 0;
        while (!fetch.tooLong && !fetch.overrun) {
            int b = fetch.u8();
            if (b >> 4 == 4) {
                in.rex = b;
            } else if (!legacyPrefix(in, b)) {
                return b;
            } else {
                in.rex = 0; // REX counts only right before the opcode.
            }
        }
        return 0x90;
    }

    private static boolean legacyPrefix(Insn in, int b) {
        switch (b) {
            case 0x66 -> in.operand16 = true;
            case 0x67 -> in.address32 = true;
            case 0xf0 -> in.lock = true;
            case 0xf2, 0xf3 -> in.repeat = b;
            case 0x64 -> in.segment = 1;
            case 0x65 -> in.segment = 2;
            case 0x26, 0x2e, 0x36, 0x3e -> {
                // CS, DS, ES and SS are flat; the last override counts, but these do not undo FS or GS (SDM 3.7.4).
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private String twoByte(Insn in) {
        int opcode = fetch.u8();
        in.opcode = Insn.TWO_BYTE | opcode;
        String operands = OpcodeTable.twoByte(opcode);
        if (operands.equals("T")) {
            // SSSE3 and later: none is offered. Read over it all the same, so that lengths are right.
            fetch.u8();
            modrm(in);
            in.immediate = opcode == 0x3a ? fetch.u8() : 0;
            return INVALID;
        }
        return operands;
    }

    private void operands(Insn in, String operands) {
        int i = 0;
        if (operands.charAt(0) == 'M' || operands.charAt(0) == 'G') {
            modrm(in);
            i = 1;
            if (operands.charAt(0) == 'G' && in.group() <= 1) {
                in.immediate = in.opcode == 0xf6 ? fetch.s8() : immediateZ(in);
            }
        }
        if (i < operands.length()) {
            immediate(in, operands.charAt(i));
        }
        if (in.memory && in.base == RIP_RELATIVE) {
            in.base = CpuRegisters.ZERO;
            in.displacement += fetch.position();
        }
    }

    private static final int RIP_RELATIVE = -1;

    private void immediate(Insn in, char kind) {
        switch (kind) {
            case 'b', 'J' -> in.immediate = fetch.s8();
            case 'w' -> in.immediate = fetch.u16();
            case 'z' -> in.immediate = immediateZ(in);
            case 'K' -> in.immediate = fetch.s32();
            case 'v' -> in.immediate = in.rexW() ? fetch.s64() : immediateZ(in);
            case 'o' -> in.immediate = in.address32 ? fetch.s32() & 0xffff_ffffL : fetch.s64();
            case 'e' -> {
                in.immediate = fetch.u16();
                in.immediate2 = fetch.u8();
            }
            default -> {
                // '.': nothing follows.
            }
        }
    }

    private long immediateZ(Insn in) {
        return in.operand16 && !in.rexW() ? fetch.s16() : fetch.s32();
    }

    private void modrm(Insn in) {
        int modrm = fetch.u8();
        in.hasModrm = true;
        in.modrm = modrm;
        in.reg = (modrm >> 3 & 7) | (in.rex & 4) << 1;
        in.rm = (modrm & 7) | (in.rex & 1) << 3;
        // MOV of control and debug registers has no memory form; mod is ignored.
        in.memory = modrm < 0xc0 && (in.opcode & ~3) != (Insn.TWO_BYTE | 0x20);
        if (in.memory) {
            address(in, modrm >> 6, modrm & 7);
        }
    }

    private void address(Insn in, int mod, int rm) {
        in.base = in.rm;
        in.index = CpuRegisters.ZERO;
        in.scale = 0;
        boolean noBase = mod == 0 && rm == 5;
        if (rm == 4) {
            int sib = fetch.u8();
            int index = (sib >> 3 & 7) | (in.rex & 2) << 2;
            in.index = index == 4 ? CpuRegisters.ZERO : index;
            in.scale = sib >> 6;
            in.base = (sib & 7) | (in.rex & 1) << 3;
            noBase = mod == 0 && (sib & 7) == 5;
            if (noBase) {
                in.base = CpuRegisters.ZERO;
            }
        } else if (noBase) {
            in.base = RIP_RELATIVE;
        }
        in.stackBase = in.segment == CpuRegisters.FLAT && (in.base == Gpr.RSP || in.base == Gpr.RBP);
        in.displacement = mod == 1 ? fetch.s8() : mod == 2 || noBase ? fetch.s32() : 0;
    }
}
