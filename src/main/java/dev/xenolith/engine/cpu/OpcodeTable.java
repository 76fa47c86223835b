package dev.xenolith.engine.cpu;

/**
 * What follows each opcode, which is all the decoder has to know of it (SDM volume 2, appendix A, 64-bit mode).
 *
 * <pre>
 *   .  nothing        b  imm8          w  imm16              o  offset of the address size
 *   M  ModRM          z  imm16/imm32   v  imm16/imm32/imm64  e  imm16, imm8 (ENTER)
 *   -  undefined      P  prefix        J  rel8   K  rel32    G  ModRM, and of group 3 its TEST an immediate
 *   X  escape to the two-byte map                            T  escape to a three-byte map
 *   Mb, Mz             ModRM and an immediate
 * </pre>
 */
final class OpcodeTable {
    private static final String ONE_BYTE_ROWS = """
            M  M  M  M  b  z  -  -    M  M  M  M  b  z  -  X
            M  M  M  M  b  z  -  -    M  M  M  M  b  z  -  -
            M  M  M  M  b  z  P  -    M  M  M  M  b  z  P  -
            M  M  M  M  b  z  P  -    M  M  M  M  b  z  P  -
            P  P  P  P  P  P  P  P    P  P  P  P  P  P  P  P
            .  .  .  .  .  .  .  .    .  .  .  .  .  .  .  .
            -  -  -  M  P  P  P  P    z  Mz b  Mb .  .  .  .
            J  J  J  J  J  J  J  J    J  J  J  J  J  J  J  J
            Mb Mz -  Mb M  M  M  M    M  M  M  M  M  M  M  M
            .  .  .  .  .  .  .  .    .  .  -  .  .  .  .  .
            o  o  o  o  .  .  .  .    b  z  .  .  .  .  .  .
            b  b  b  b  b  b  b  b    v  v  v  v  v  v  v  v
            Mb Mb w  .  -  -  Mb Mz   e  .  w  .  .  b  -  .
            M  M  M  M  -  -  -  .    M  M  M  M  M  M  M  M
            J  J  J  J  b  b  b  b    K  K  -  J  .  .  .  .
            P  .  P  P  .  .  G  G    .  .  .  .  .  .  M  M
            """;

    private static final String TWO_BYTE_ROWS = """
            M  M  M  M  -  .  .  .    .  .  -  .  -  M  -  -
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            M  M  M  M  -  -  -  -    M  M  M  M  M  M  M  M
            .  .  .  .  .  .  -  -    T  -  T  -  -  -  -  -
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            Mb Mb Mb Mb M  M  M  .    M  M  -  -  M  M  M  M
            K  K  K  K  K  K  K  K    K  K  K  K  K  K  K  K
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            .  .  .  M  Mb M  -  -    .  .  .  M  Mb M  M  M
            M  M  M  M  M  M  M  M    M  M  Mb M  M  M  M  M
            M  M  Mb M  Mb Mb Mb M    .  .  .  .  .  .  .  .
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            M  M  M  M  M  M  M  M    M  M  M  M  M  M  M  M
            """;

    private static final String[] ONE_BYTE = cells(ONE_BYTE_ROWS);
    private static final String[] TWO_BYTE = cells(TWO_BYTE_ROWS);

    private OpcodeTable() {}

    private static String[] cells(String rows) {
        String[] cells = rows.strip().split("\\s+", -1);
        if (cells.length != 256) {
            throw new IllegalStateException("opcode map: expected 256 cells, got " + cells.length);
        }
        return cells;
    }

    static String oneByte(int opcode) {
        return ONE_BYTE[opcode];
    }

    static String twoByte(int opcode) {
        return TWO_BYTE[opcode];
    }
}
