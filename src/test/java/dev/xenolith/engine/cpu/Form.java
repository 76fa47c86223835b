package dev.xenolith.engine.cpu;

import java.util.HexFormat;

/**
 * A form of an instruction to be tried with random operands, written as one line:
 *
 * <pre>
 *   name  opcode  operands  undefined flags
 *
 *   operands, letters in any order:
 *     E  modrm, register or memory      R  modrm, register only       M  modrm, memory only
 *     0-7  modrm.reg is this            b  immediate byte             z, v  immediate of the operand size
 *     1  (in size) byte operands        w  word, dword and qword      q  64 bits; 16 with a prefix
 *     +  register in the opcode         L  LOCK allowed on memory     s  count in CL or immediate
 *     i  modrm.reg holds a bit index    a  memory aligned to 16       x  no prefixes at all
 * </pre>
 */
record Form(String name, byte[] opcode, String operands, int group, int undefined) {
    static Form parse(String line) {
        String[] cells = line.strip().split("\\s+", -1);
        String operands = cells[2];
        int slash = operands.indexOf('/');
        int group = slash < 0 ? -1 : operands.charAt(slash + 1) - '0';
        String letters = slash < 0 ? operands : operands.substring(0, slash) + operands.substring(slash + 2);
        int undefined = 0;
        for (char flag : cells.length > 3 ? cells[3].toCharArray() : new char[0]) {
            undefined |= switch (flag) {
                case 'C' -> Rflags.CF;
                case 'P' -> Rflags.PF;
                case 'A' -> Rflags.AF;
                case 'Z' -> Rflags.ZF;
                case 'S' -> Rflags.SF;
                case 'O' -> Rflags.OF;
                default -> 0;
            };
        }
        return new Form(cells[0], HexFormat.of().parseHex(cells[1]), letters, group, undefined);
    }

    Form ofRegisters() {
        return new Form(name, opcode, operands.replace('E', 'R'), group, undefined);
    }

    boolean has(char letter) {
        return operands.indexOf(letter) >= 0;
    }

    boolean hasModrm() {
        return has('E') || has('R') || has('M');
    }
}
