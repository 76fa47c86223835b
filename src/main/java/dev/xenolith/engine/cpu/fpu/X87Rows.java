package dev.xenolith.engine.cpu.fpu;

import dev.xenolith.engine.cpu.fpu.X87Op.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * The x87 opcode map (AMD64 manual volume 3, table A-15): memory forms by opcode and modrm.reg, register forms by opcode
 * and all of modrm. The memory forms are here, the register forms in {@link X87RegisterRows}.
 */
final class X87Rows {
    private static final String[] ARITHMETIC = {"add", "mul", "com", "comp", "sub", "subr", "div", "divr"};

    private static final X87Rows TABLE = new X87Rows();

    /** [operand size 16][opcode - D8][reg]. */
    private final @Nullable X87Op[] memory = new X87Op[2 * 8 * 8];

    /** [opcode - D8][modrm - C0]. */
    private final @Nullable X87Op[] register = new X87Op[8 * 64];

    private X87Rows() {
        for (int reg = 0; reg < 8; reg++) {
            arithmetic(reg);
        }
        loadsAndStores();
        environment();
        X87RegisterRows.add(this);
    }

    static @Nullable X87Op find(int opcode, int modrm, boolean operandSize16) {
        if (modrm >= 0xc0) {
            return TABLE.register[(opcode - 0xd8) << 6 | (modrm - 0xc0)];
        }
        return TABLE.memory[memoryIndex(opcode, modrm >> 3 & 7, operandSize16)];
    }

    private static int memoryIndex(int opcode, int reg, boolean operandSize16) {
        return (operandSize16 ? 64 : 0) | (opcode - 0xd8) << 3 | reg;
    }

    private void arithmetic(int reg) {
        String name = ARITHMETIC[reg];
        boolean compares = reg == 2 || reg == 3;
        int pops = reg - 2;
        load(0xd8, reg, "f" + name, 4, compares ? X87Compare.single(pops) : X87Arithmetic.withSingle(reg));
        load(0xdc, reg, "f" + name, 8, compares ? X87Compare.dual(pops) : X87Arithmetic.withDouble(reg));
        load(0xda, reg, "fi" + name, 4, compares ? X87Compare.integer(pops) : X87Arithmetic.withInt(reg));
        load(0xde, reg, "fi" + name, 2, compares ? X87Compare.shortInteger(pops) : X87Arithmetic.withShort(reg));
    }

    private void loadsAndStores() {
        load(0xd9, 0, "fld", 4, X87Load::single);
        store(0xd9, 2, "fst", 4, X87Store.single(false));
        store(0xd9, 3, "fstp", 4, X87Store.single(true));
        load(0xdd, 0, "fld", 8, X87Load::dual);
        store(0xdd, 2, "fst", 8, X87Store.dual(false));
        store(0xdd, 3, "fstp", 8, X87Store.dual(true));
        load(0xdb, 0, "fild", 4, X87Load::integer);
        store(0xdd, 1, "fisttp", 8, X87Store.truncated(64));
        store(0xdb, 1, "fisttp", 4, X87Store.truncated(32));
        store(0xdb, 2, "fist", 4, X87Store.integer(32, false));
        store(0xdb, 3, "fistp", 4, X87Store.integer(32, true));
        load(0xdb, 5, "fld", 10, X87Load::extended);
        store(0xdb, 7, "fstp", 10, X87Store::extended);
        load(0xdf, 0, "fild", 2, X87Load::shortInteger);
        store(0xdf, 1, "fisttp", 2, X87Store.truncated(16));
        store(0xdf, 2, "fist", 2, X87Store.integer(16, false));
        store(0xdf, 3, "fistp", 2, X87Store.integer(16, true));
        load(0xdf, 4, "fbld", 10, X87Load::decimal);
        load(0xdf, 5, "fild", 8, X87Load::longInteger);
        store(0xdf, 6, "fbstp", 10, X87Store::decimal);
        store(0xdf, 7, "fistp", 8, X87Store.integer(64, true));
    }

    private void environment() {
        control(0xd9, 5, "fldcw", Transfer.LOAD, 2, true, X87Control::loadControlWord);
        control(0xd9, 7, "fnstcw", Transfer.STORE, 2, false, X87Control::storeControlWord);
        control(0xdd, 7, "fnstsw", Transfer.STORE, 2, false, X87Control::storeStatusWord);
        for (int narrow = 0; narrow < 2; narrow++) {
            boolean wide = narrow == 0;
            int bytes = wide ? 28 : 14;
            block(wide, 0xd9, 4, "fldenv", Transfer.LOAD_BLOCK, bytes, true, X87Control.loadEnvironment(wide));
            block(wide, 0xd9, 6, "fnstenv", Transfer.STORE_BLOCK, bytes, false, X87Control.storeEnvironment(wide));
            block(wide, 0xdd, 4, "frstor", Transfer.LOAD_BLOCK, bytes + 80, true, X87Control.restore(wide));
            block(wide, 0xdd, 6, "fnsave", Transfer.STORE_BLOCK, bytes + 80, false, X87Control.save(wide));
        }
    }

    private void load(int opcode, int reg, String name, int bytes, X87Op.Body body) {
        both(opcode, reg, new X87Op(name, Transfer.LOAD, bytes, false, true, body));
    }

    private void store(int opcode, int reg, String name, int bytes, X87Op.Body body) {
        both(opcode, reg, new X87Op(name, Transfer.STORE, bytes, false, true, body));
    }

    private void control(
            int opcode, int reg, String name, Transfer transfer, int bytes, boolean waits, X87Op.Body body) {
        both(opcode, reg, new X87Op(name, transfer, bytes, true, waits, body));
    }

    private void both(int opcode, int reg, X87Op op) {
        memory[memoryIndex(opcode, reg, false)] = op;
        memory[memoryIndex(opcode, reg, true)] = op;
    }

    private void block(
            boolean wide,
            int opcode,
            int reg,
            String name,
            Transfer transfer,
            int bytes,
            boolean waits,
            X87Op.Body body) {
        memory[memoryIndex(opcode, reg, !wide)] = new X87Op(name, transfer, bytes, true, waits, body);
    }

    /** Eight register forms, one for each ST(i). */
    void registers(int opcode, int reg, String name, Transfer transfer, X87Op.Body body) {
        for (int i = 0; i < 8; i++) {
            register[(opcode - 0xd8) << 6 | reg << 3 | i] = new X87Op(name, transfer, 0, false, true, body);
        }
    }

    /** One register form that names no register. */
    void single(int opcode, int modrm, String name, X87Op.Body body) {
        register[(opcode - 0xd8) << 6 | (modrm - 0xc0)] = new X87Op(name, Transfer.NONE, 0, false, true, body);
    }

    void control(int opcode, int modrm, String name, Transfer transfer, boolean waits, X87Op.Body body) {
        register[(opcode - 0xd8) << 6 | (modrm - 0xc0)] = new X87Op(name, transfer, 0, true, waits, body);
    }
}
