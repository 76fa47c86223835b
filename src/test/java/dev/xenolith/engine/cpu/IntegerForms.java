package dev.xenolith.engine.cpu;

import java.util.ArrayList;
import java.util.List;

/** Every user-mode integer instruction form the interpreter has, for {@link OracleTest}. */
final class IntegerForms {
    private static final String TABLE = """
            imul2     0faf  Ew     SZAP
            imul3     69    Ewz    SZAP
            imul3b    6b    Ewb    SZAP
            movsxd    63    Ew
            test      84    E1     A
            test      85    Ew     A
            test      a8    1b     A
            test      a9    wz     A
            testi     f6    E1b/0  A
            testi     f7    Ewz/0  A
            testi     f6    E1b/1  A
            testi     f7    Ewz/1  A
            xchg      86    E1L
            xchg      87    EwL
            mov       88    E1
            mov       89    Ew
            mov       8a    E1
            mov       8b    Ew
            movi      c6    E1b/0
            movi      c7    Ewz/0
            movi      b0    +1b
            movi      b8    +wv
            lea       8d    Mw
            xchga     90    +w
            cbw       98    w
            cwd       99    w
            sahf      9e    x
            lahf      9f    x
            cmc       f5    x
            clc       f8    x
            stc       f9    x
            cld       fc    x
            std       fd    x
            inc       fe    E1L/0
            dec       fe    E1L/1
            inc       ff    EwL/0
            dec       ff    EwL/1
            not       f6    E1L/2
            not       f7    EwL/2
            neg       f6    E1L/3
            neg       f7    EwL/3
            mul       f6    E1/4   SZAP
            mul       f7    Ew/4   SZAP
            imul      f6    E1/5   SZAP
            imul      f7    Ew/5   SZAP
            movzx     0fb6  Ew
            movzx     0fb7  Ew
            movsx     0fbe  Ew
            movsx     0fbf  Ew
            bt        0fa3  Ewi    OSAP
            bts       0fab  EwiL   OSAP
            btr       0fb3  EwiL   OSAP
            btc       0fbb  EwiL   OSAP
            bt        0fba  Ewb/4  OSAP
            bts       0fba  EwbL/5 OSAP
            btr       0fba  EwbL/6 OSAP
            btc       0fba  EwbL/7 OSAP
            bsf       0fbc  Ew     COSAP
            bsr       0fbd  Ew     COSAP
            popcnt    f30fb8  Ewy
            shld      0fa4  Ewbs   A
            shld      0fa5  Ews    A
            shrd      0fac  Ewbs   A
            shrd      0fad  Ews    A
            xadd      0fc0  E1L
            xadd      0fc1  EwL
            cmpxchg   0fb0  E1L
            cmpxchg   0fb1  EwL
            cmpxchg8  0fc7  MaL/1
            movnti    0fc3  Md
            bswap     0fc8  +d
            push      50    +q
            pop       58    +q
            pushi     6a    qb
            pushi     68    qz
            push      ff    Eq/6
            pop       8f    Eq/0
            pushf     9c    x
            nop       0f1f  Ew/0
            endbr     f30f1efa  x
            prefetch  0f18  M/1
            prefetchw 0f0d  M/1
            lfence    0faee8  x
            mfence    0faef0  x
            sfence    0faef8  x
            clflush   0fae  M/7
            """;

    private static final String[] ALU = {"add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"};
    private static final String[] SHIFTS = {"rol", "ror", "rcl", "rcr", "shl", "shr", "sal", "sar"};

    private IntegerForms() {}

    static List<Form> all() {
        List<Form> forms = new ArrayList<>();
        TABLE.lines().map(Form::parse).forEach(forms::add);
        for (int kind = 0; kind < 8; kind++) {
            alu(forms, kind);
            shifts(forms, kind);
        }
        for (int condition = 0; condition < 16; condition++) {
            forms.add(Form.parse("set%x 0f%x E1".formatted(condition, 0x90 + condition)));
            forms.add(Form.parse("cmov%x 0f%x Ew".formatted(condition, 0x40 + condition)));
        }
        return forms;
    }

    private static void alu(List<Form> forms, int kind) {
        String undefined = kind == 1 || kind == 4 || kind == 6 ? "A" : "";
        String lock = kind == 7 ? "" : "L";
        int opcode = kind << 3;
        String[][] shapes = {
            {"%02x".formatted(opcode), "E1" + lock},
            {"%02x".formatted(opcode + 1), "Ew" + lock},
            {"%02x".formatted(opcode + 2), "E1"},
            {"%02x".formatted(opcode + 3), "Ew"},
            {"%02x".formatted(opcode + 4), "1b"},
            {"%02x".formatted(opcode + 5), "wz"},
            {"80", "E1b" + lock + "/" + kind},
            {"81", "Ewz" + lock + "/" + kind},
            {"83", "Ewb" + lock + "/" + kind},
        };
        for (String[] shape : shapes) {
            forms.add(Form.parse(ALU[kind] + " " + shape[0] + " " + shape[1] + " " + undefined));
        }
    }

    private static void shifts(List<Form> forms, int kind) {
        String undefined = kind >= 4 ? "A" : "";
        String[][] shapes = {{"c0", "E1bs"}, {"c1", "Ewbs"}, {"d0", "E1"}, {"d1", "Ew"}, {"d2", "E1s"}, {"d3", "Ews"}};
        for (String[] shape : shapes) {
            forms.add(Form.parse(SHIFTS[kind] + " " + shape[0] + " " + shape[1] + "/" + kind + " " + undefined));
        }
    }
}
