package dev.xenolith.engine.cpu;

import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;

/**
 * One random encoding of a form, with registers that make its memory operand lie in the data pages, often across their
 * boundary.
 */
final class RandomCase {
    private static final int[] INTERESTING_SHIFTS = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65};

    private final RandomGenerator random;
    private final long base;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ProcessorState state = new ProcessorState();

    /** Operand size, 1 to 8. */
    int size;

    /** Where the memory operand is, or 0. */
    long operand;

    int undefined;
    private Form form = Form.parse("none 90 x");
    private int rex;
    private boolean address32;
    private boolean usesMemory;
    private int immediateBytes;

    RandomCase(RandomGenerator random, long base) {
        this.random = random;
        this.base = base;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    void appendBytes(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
    }

    /** Starts a new snippet with fresh registers. */
    void restart() {
        out.reset();
        for (int i = 0; i < 16; i++) {
            state.gpr[i] = value();
        }
        state.gpr[Gpr.RSP] = base + HostProcessor.STACK + 0x800;
        state.flags = 0x202 | (random.nextInt() & (Rflags.ARITHMETIC | Rflags.ID));
    }

    /** Random vector and x87 registers, all exceptions masked and none pending. */
    void restartFpu() {
        byte[] fx = state.fx;
        random.nextBytes(fx);
        for (int i = 0; i < 32; i++) {
            number(fx, 160 + 8 * i);
        }
        put(fx, 0, 0x37f | random.nextInt(4) << 10, 2);
        put(fx, 2, random.nextInt(8) << 11, 2);
        put(fx, 4, random.nextBoolean() ? 0xff : random.nextInt(256), 2);
        put(fx, 6, 0, 18);
        put(fx, 24, 0x1f80 | random.nextInt(4) << 13 | (random.nextInt(4) == 0 ? 0x8040 : 0), 8);
        for (int i = 0; i < 8; i++) {
            int exponent = random.nextInt(4) == 0 ? 0x3fff + random.nextInt(-70, 70) : random.nextInt(0x7fff);
            put(fx, 39 + 16 * i, fx[39 + 16 * i] | 0x80, 1);
            put(fx, 40 + 16 * i, Math.max(exponent, 1) | random.nextInt(2) << 15, 8);
        }
    }

    private void number(byte[] fx, int offset) {
        if (random.nextInt(3) == 0) {
            put(fx, offset, Double.doubleToRawLongBits(random.nextInt(-1000, 1000) / 8.0), 8);
        } else if (random.nextBoolean()) {
            put(fx, offset, value(), 8);
        }
    }

    private static void put(byte[] fx, int offset, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            fx[offset + i] = i < 8 ? (byte) (value >>> (8 * i)) : 0;
        }
    }

    long value() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt(-3, 4);
            case 1 -> 1L << random.nextInt(64);
            case 2 -> (1L << random.nextInt(64)) - 1;
            case 3 -> random.nextInt();
            default -> random.nextLong();
        };
    }

    /** Appends one instruction. False where random choices made no legal one: try again. */
    boolean append(Form chosen) {
        form = chosen;
        int before = out.size();
        undefined = form.undefined();
        operand = 0;
        prefixes();
        usesMemory = form.has('M') || (form.has('E') && random.nextBoolean());
        boolean lock = usesMemory && form.has('L') && random.nextInt(4) == 0;
        if (lock) {
            out.write(0xf0);
        }
        byte[] opcode = form.opcode();
        int start = 0;
        while (start < opcode.length
                && (opcode[start] == (byte) 0xf3 || opcode[start] == (byte) 0xf2 || opcode[start] == 0x66)) {
            out.write(opcode[start++]);
        }
        int register = random.nextInt(16);
        rex(register);
        for (int i = start; i < opcode.length; i++) {
            boolean last = i == opcode.length - 1;
            out.write(last && form.has('+') ? opcode[i] | (register & 7) : opcode[i]);
        }
        if (form.has('+') && ((register & 7) | (rex & 1) << 3) == Gpr.RSP) {
            return false;
        }
        countImmediate();
        boolean complete = (!form.hasModrm() || modrm(register)) && immediate();
        return complete && out.size() - before <= CodeFetch.MAX_LENGTH;
    }

    private void prefixes() {
        rex = 0;
        address32 = false;
        size = form.has('1') ? 1 : form.has('q') ? 8 : 4;
        if (form.has('x')) {
            return;
        }
        if (random.nextInt(12) == 0) {
            out.write(new int[] {0x2e, 0x3e, 0x26, 0x36}[random.nextInt(4)]);
        }
        boolean sized = form.has('w') || form.has('q');
        if (sized && random.nextInt(4) == 0) {
            out.write(0x66);
            size = 2;
        }
        if (form.hasModrm() && random.nextInt(8) == 0) {
            out.write(0x67);
            address32 = true;
        }
    }

    private void rex(int register) {
        boolean wanted = form.has('W') || random.nextInt(3) > 0;
        if (form.has('x') || !wanted) {
            return;
        }
        rex = 0x40 | random.nextInt(8) | (form.has('y') ? 0 : random.nextInt(2) << 3);
        rex |= form.has('W') ? 8 : 0;
        if (form.has('+')) {
            rex = (rex & ~1) | register >> 3;
        }
        boolean sized = form.has('w') || form.has('d') || form.has('a');
        if ((rex & 8) != 0) {
            size = sized || form.has('q') ? 8 : size;
        }
        out.write(rex);
    }

    private void countImmediate() {
        int z = size == 2 ? 2 : 4;
        immediateBytes = form.has('b') ? 1 : form.has('z') ? z : form.has('v') ? size == 8 ? 8 : z : 0;
    }

    private boolean modrm(int register) {
        int reg = form.group() >= 0 ? form.group() : register & 7;
        int regNumber = reg | (rex & 4) << 1;
        if (form.group() < 0 && regNumber == Gpr.RSP && !byteHigh(regNumber)) {
            return false;
        }
        if (!usesMemory) {
            int rm = random.nextInt(8);
            int rmNumber = rm | (rex & 1) << 3;
            if (rmNumber == Gpr.RSP && !byteHigh(rmNumber)) {
                return false;
            }
            out.write(0xc0 | reg << 3 | rm);
            return true;
        }
        return memory(reg, regNumber);
    }

    private boolean byteHigh(int number) {
        return size == 1 && rex == 0 && number >= 4 && number < 8;
    }

    private boolean memory(int reg, int regNumber) {
        long within = form.has('a') ? 16L * random.nextInt(-8, 8) : random.nextInt(-64, 64);
        operand = base + HostProcessor.DATA + 4096 + within;
        long target = operand;
        if (form.has('i')) {
            if (!smallIndex(regNumber)) {
                return false;
            }
        }
        int mod = random.nextInt(3);
        boolean sib = random.nextInt(3) == 0;
        int rm = sib ? 4 : random.nextInt(8);
        if (!sib && rm == 4) {
            return false;
        }
        out.write(mod << 6 | reg << 3 | rm);
        int baseNumber = rm | (rex & 1) << 3;
        boolean noBase = mod == 0 && rm == 5;
        boolean ripRelative = noBase;
        if (sib) {
            int low = random.nextInt(8);
            int scale = random.nextInt(4);
            int index = random.nextInt(8);
            int indexNumber = index | (rex & 2) << 2;
            baseNumber = low | (rex & 1) << 3;
            noBase = mod == 0 && low == 5;
            out.write(scale << 6 | index << 3 | low);
            if (indexNumber != Gpr.RSP) {
                if ((indexNumber == baseNumber && !noBase) || (form.has('i') && indexNumber == regNumber)) {
                    return false;
                }
                state.gpr[indexNumber] = random.nextInt(-100, 100);
                target -= state.gpr[indexNumber] << scale;
            }
        }
        long displacement = mod == 1 ? random.nextInt(-128, 128) : mod == 2 ? random.nextInt(-100000, 100000) : 0;
        if (noBase) {
            int after = 4 + immediateBytes;
            displacement = ripRelative ? target - (base + HostProcessor.SNIPPET + out.size() + after) : target;
        } else {
            if (baseNumber == Gpr.RSP || (form.has('i') && baseNumber == regNumber)) {
                return false;
            }
            state.gpr[baseNumber] = target - displacement;
            if (address32) {
                state.gpr[baseNumber] = (state.gpr[baseNumber] & 0xffff_ffffL) | random.nextLong() << 32;
            }
        }
        int bytes = mod == 1 ? 1 : mod == 2 || noBase ? 4 : 0;
        write(displacement, bytes);
        return true;
    }

    /** A bit index that stays in the data pages. */
    private boolean smallIndex(int register) {
        state.gpr[register] = (state.gpr[register] & -1L << (size == 8 ? 63 : 8 * size)) | random.nextInt(200);
        if (size == 8) {
            state.gpr[register] = random.nextInt(-200, 200);
        }
        return true;
    }

    private boolean immediate() {
        long value = value();
        if (form.has('s')) {
            value = INTERESTING_SHIFTS[random.nextInt(INTERESTING_SHIFTS.length)];
            if (form.has('b')) {
                countFlags((int) value);
            } else {
                return shiftByCl(value);
            }
        }
        write(value, immediateBytes);
        return true;
    }

    private boolean shiftByCl(long value) {
        if (operand != 0 && random.nextInt(4) == 0) {
            // rcx may be part of the address; then it stays what it is.
            countFlags((int) state.gpr[Gpr.RCX]);
            return legalCount((int) state.gpr[Gpr.RCX]);
        }
        if (operand != 0) {
            countFlags((int) state.gpr[Gpr.RCX]);
            return legalCount((int) state.gpr[Gpr.RCX]);
        }
        state.gpr[Gpr.RCX] = (state.gpr[Gpr.RCX] & ~0xff) | (value & 0xff);
        countFlags((int) value);
        return legalCount((int) value);
    }

    private boolean legalCount(int raw) {
        return !form.name().startsWith("sh") || form.opcode().length < 2 || (raw & 31) <= 8 * size || size == 8;
    }

    /** Flags that depend on a shift count. */
    private void countFlags(int raw) {
        int count = raw & (size == 8 ? 63 : 31);
        if (count == 0) {
            undefined = 0;
        } else if (count != 1) {
            undefined |= Rflags.OF;
        }
        boolean rotate = form.name().startsWith("r");
        if (!rotate && count >= 8 * size) {
            undefined |= Rflags.CF;
        }
        boolean wild = form.opcode().length == 2 && count > 8 * size;
        if (wild) {
            undefined = -1;
        }
    }

    private void write(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
