package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.engine.cpu.fpu.X87Op.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every row of the x87 table against the host's processor, on random register stacks with empty registers, unsupported
 * patterns, all rounding and precision modes and any exceptions unmasked; the whole FXSAVE images, ax, the arithmetic
 * flags and memory are to be the same.
 *
 * <p>Not compared: the last instruction and data pointers. The transcendental instructions are compared by {@link
 * X87TranscendentalTest}.
 */
class X87OracleTest {
    private static final int ROUNDS = 400;
    private static final int ARITHMETIC_FLAGS = 0x8d5;
    private static final Set<String> TRANSCENDENTAL =
            Set.of("f2xm1", "fyl2x", "fyl2xp1", "fptan", "fpatan", "fsin", "fcos", "fsincos");

    private final FpuState state = new FpuState();
    private final FpuState before = new FpuState();
    private final MemorySegment expected = Arena.ofAuto().allocate(512, 16);
    private final MemorySegment memory = Arena.ofAuto().allocate(512, 64);

    private record Form(X87Op op, int opcode, int modrm, boolean narrow) {
        byte[] bytes() {
            HexFormat hex = HexFormat.of();
            String displacement = modrm < 0xc0 ? hex.toHexDigits((byte) HostCpu.MEMORY) : "";
            return hex.parseHex((narrow ? "66" : "")
                    + hex.toHexDigits((byte) opcode)
                    + hex.toHexDigits((byte) modrm)
                    + displacement);
        }

        @Override
        public String toString() {
            return op.name + " " + HexFormat.of().formatHex(bytes());
        }
    }

    private static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (int opcode = 0xd8; opcode <= 0xdf; opcode++) {
            for (int modrm = 0x42; modrm < 0x100; modrm += modrm < 0x7a ? 8 : modrm < 0xc0 ? 0xc0 - modrm : 1) {
                for (int narrow = 0; narrow < 2; narrow++) {
                    X87Op op = X87Op.lookup(opcode, modrm, narrow == 1);
                    boolean other = narrow == 0 || op != X87Op.lookup(opcode, modrm, false);
                    if (op != null && other && !TRANSCENDENTAL.contains(op.name)) {
                        forms.add(new Form(op, opcode, modrm, narrow == 1));
                    }
                }
            }
        }
        return forms;
    }

    @Test
    void everyRowComputesWhatTheHostComputes() throws Throwable {
        assumeTrue(HostCpu.available(), "needs Linux on x86-64: the host's processor is the oracle");
        List<String> failures = new ArrayList<>();
        List<Form> forms = forms();
        assertThat(forms).hasSizeGreaterThan(250);
        try (Arena arena = Arena.ofConfined()) {
            HostCpu host = HostCpu.open(arena);
            for (Form form : forms) {
                String failure = compare(host, form);
                if (failure != null) {
                    failures.add(failure);
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private @Nullable String compare(HostCpu host, Form form) {
        Values values = new Values(form.opcode << 8 | form.modrm);
        host.assemble(form.bytes());
        int rounds = form.modrm < 0xc0 || form.modrm >= 0xe0 ? ROUNDS : ROUNDS / 8;
        for (int round = 0; round < rounds; round++) {
            randomise(host, values, form.op);
            host.run();
            long[] outcome = emulate(form);
            String difference = difference(host, outcome);
            if (difference != null) {
                return form + " round " + round + ": " + difference + "\n" + describe(host);
            }
        }
        return null;
    }

    private void randomise(HostCpu host, Values values, X87Op op) {
        for (int i = 0; i < 8; i++) {
            values.extended(state, i);
        }
        if (values.oneIn(8)) {
            state.significand[state.top] = state.significand[state.top + 1 & 7];
        }
        state.occupied = values.oneIn(2) ? 0xff : values.below(256);
        state.top = values.below(8);
        if (op.name.startsWith("fld") || op.name.startsWith("fild") || op.name.equals("fxtract")) {
            state.occupied &= values.oneIn(8) ? 0xff : ~(1 << (state.top + 7 & 7));
        }
        int masks = values.oneIn(2) ? 0x3f : values.below(64);
        state.controlWord = 0x40 | masks | values.below(4) << 10 | values.below(4) << 8 | values.below(2) << 12;
        state.statusFlags =
                (values.below(64) & masks) | values.below(2) << 6 | values.below(8) << 8 | values.below(2) << 14;
        before.copyFrom(state);
        FxsaveImage.write(state, host.input, 0);
        host.block.set(JAVA_LONG, HostCpu.RAX_IN, values.any());
        host.block.set(JAVA_LONG, HostCpu.FLAGS_IN, 0x202 | (values.below(256) & ARITHMETIC_FLAGS));
        host.block.set(JAVA_LONG, HostCpu.MEMORY, operand(values, op));
        host.block.set(JAVA_LONG, HostCpu.MEMORY + 8, values.any());
        if (op.memory == Transfer.LOAD_BLOCK) {
            environment(host, values, op.memoryBytes);
        } else if (op.memoryBytes == 10) {
            host.block.set(JAVA_LONG, HostCpu.MEMORY, op.name.equals("fbld") ? digits(values) : values.packed());
            host.block.set(JAVA_LONG, HostCpu.MEMORY + 8, digits(values));
        }
        memory.copyFrom(host.block);
    }

    private static long operand(Values values, X87Op op) {
        boolean integer = op.name.startsWith("fi");
        if (integer) {
            return values.oneIn(4) ? values.below(3) - 1 : values.any() >> values.below(64);
        }
        return op.memoryBytes == 4 ? values.single() & 0xffff_ffffL : values.dual();
    }

    private static long digits(Values values) {
        long digits = 0;
        for (int i = 0; i < 64; i += 4) {
            digits |= (long) values.below(10) << i;
        }
        return digits;
    }

    /** Exceptions that are flagged are masked: the tail's instructions would wait for them. */
    private static void environment(HostCpu host, Values values, int bytes) {
        for (int i = 0; i < 112; i++) {
            host.block.set(JAVA_BYTE, HostCpu.MEMORY + i, (byte) values.any());
        }
        if (bytes == 28 || bytes == 108) {
            host.block.set(JAVA_INT, HostCpu.MEMORY + 20, (int) values.any());
        }
    }

    private long[] emulate(Form form) {
        X87Op op = form.op;
        long lo = 0;
        long hi = 0;
        long rax = memory.get(JAVA_LONG, HostCpu.RAX_IN);
        long flags = memory.get(JAVA_LONG, HostCpu.FLAGS_IN);
        switch (op.memory) {
            case LOAD -> {
                long whole = memory.get(JAVA_LONG, HostCpu.MEMORY);
                lo = op.memoryBytes >= 8 ? whole : whole & (1L << (8 * op.memoryBytes)) - 1;
                hi = op.memoryBytes == 10 ? memory.get(JAVA_SHORT, HostCpu.MEMORY + 8) & 0xffff : 0;
            }
            case LOAD_BLOCK ->
                MemorySegment.copy(memory, HostCpu.MEMORY, MemorySegment.ofArray(state.environment), 0, op.memoryBytes);
            case FLAGS -> lo = flags;
            default -> {}
        }
        op.body.execute(state, form.modrm & 7, lo, hi);
        switch (op.memory) {
            case STORE -> {
                if (X87Op.stores(state)) {
                    for (int i = 0; i < op.memoryBytes; i++) {
                        long half = i < 8 ? state.lo : state.hi;
                        memory.set(JAVA_BYTE, HostCpu.MEMORY + i, (byte) (half >>> (8 * (i & 7))));
                    }
                }
                X87.retireStore(state);
            }
            case STORE_BLOCK -> {
                MemorySegment.copy(MemorySegment.ofArray(state.environment), 0, memory, HostCpu.MEMORY, op.memoryBytes);
                X87.retireStore(state);
            }
            case SET_FLAGS -> flags = (flags & ~ARITHMETIC_FLAGS) | state.lo;
            case SET_AX -> rax = (rax & ~0xffffL) | state.lo;
            default -> {}
        }
        return new long[] {rax, flags};
    }

    private @Nullable String difference(HostCpu host, long[] outcome) {
        FxsaveImage.write(state, expected, 0);
        for (int offset = 0; offset < 160; offset += 2) {
            int got = expected.get(JAVA_SHORT, offset) & 0xffff;
            int wanted = host.output.get(JAVA_SHORT, offset) & 0xffff;
            if (got != wanted && (offset < 6 || offset >= 32)) {
                return "image+" + offset + ": expected " + Integer.toHexString(wanted) + ", got "
                        + Integer.toHexString(got);
            }
        }
        long rax = host.block.get(JAVA_LONG, HostCpu.RAX_OUT);
        if (rax != outcome[0]) {
            return "rax: expected " + Long.toHexString(rax) + ", got " + Long.toHexString(outcome[0]);
        }
        long flags = host.block.get(JAVA_LONG, HostCpu.FLAGS_OUT) & ARITHMETIC_FLAGS;
        if (flags != (outcome[1] & ARITHMETIC_FLAGS)) {
            return "flags: expected " + Long.toHexString(flags) + ", got " + Long.toHexString(outcome[1]);
        }
        for (int i = HostCpu.MEMORY; i < 0x100; i++) {
            byte got = memory.get(JAVA_BYTE, i);
            byte wanted = host.block.get(JAVA_BYTE, i);
            if (got != wanted) {
                return "memory+" + (i - HostCpu.MEMORY) + ": expected " + Integer.toHexString(wanted & 0xff) + ", got "
                        + Integer.toHexString(got & 0xff);
            }
        }
        return null;
    }

    private String describe(HostCpu host) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "fcw %04x fsw %04x tags %02x -> fsw %04x tags %02x",
                before.controlWord,
                before.statusWord(),
                before.occupied,
                host.output.get(JAVA_SHORT, 2),
                host.output.get(JAVA_BYTE, 4)));
        for (int i = 0; i < 3; i++) {
            int register = X87Stack.physical(before, i);
            text.append(String.format(
                    "; st%d %s%04x %016x -> %04x %016x",
                    i,
                    X87Stack.isEmpty(before, i) ? "empty " : "",
                    before.signExponent[register],
                    before.significand[register],
                    host.output.get(JAVA_SHORT, 40 + 16 * i),
                    host.output.get(JAVA_LONG, 32 + 16 * i)));
        }
        text.append(String.format(
                "; mem %016x %016x -> %016x %016x",
                memory.get(JAVA_LONG, HostCpu.MEMORY + 8),
                memory.get(JAVA_LONG, HostCpu.MEMORY),
                host.block.get(JAVA_LONG, HostCpu.MEMORY + 8),
                host.block.get(JAVA_LONG, HostCpu.MEMORY)));
        return text.toString();
    }
}
