package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.engine.cpu.fpu.X87Op.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every row of the x87 table against the host's processor, called as the contract of {@link X87Op} says, and once more
 * through the decoder.
 *
 * <p>Method: random register stacks with empty registers and unsupported patterns, all rounding and precision modes, and
 * any exceptions unmasked, which the hardware then reports only in its status; images, ax, the arithmetic flags and memory
 * are to be the same. The transcendental instructions have {@link X87TranscendentalTest}.
 */
class X87OracleTest {
    /** Forms with memory or without a register operand get all of them, the eight forms ST(0) to ST(7) an eighth each. */
    private static final int ROUNDS = 400;

    private static final int DECODER_ROUNDS = 40;

    @Test
    void everyRowComputesWhatTheHostComputes() throws Throwable {
        assertThat(failures(false)).isEmpty();
    }

    @Test
    void theDecoderBringsEveryRowItsOperands() throws Throwable {
        assertThat(failures(true)).isEmpty();
    }

    private static List<String> failures(boolean decoder) throws Throwable {
        assumeTrue(HostCpu.available(), "needs Linux on x86-64: the host's processor is the oracle");
        List<String> failures = new ArrayList<>();
        List<X87Form> forms = X87Form.all();
        assertThat(forms)
                .hasSizeGreaterThan(250)
                .filteredOn(form -> form.op().name.equals("fisttp"))
                .hasSize(3);
        try (Arena arena = Arena.ofConfined()) {
            OracleBench bench = new OracleBench(arena);
            for (X87Form form : forms) {
                String failure = compare(bench, form, decoder);
                if (failure != null) {
                    failures.add(failure);
                }
            }
        }
        return failures;
    }

    private static @Nullable String compare(OracleBench bench, X87Form form, boolean decoder) {
        Values values = new Values(form.opcode() << 8 | form.modrm());
        bench.host.assemble(form.bytes());
        DecodingCpu cpu = new DecodingCpu(form.bytes());
        int rounds = decoder ? DECODER_ROUNDS : ROUNDS;
        boolean oneOfEight = form.modrm() >= 0xc0 && form.modrm() < 0xe0;
        for (int round = 0; round < (oneOfEight ? rounds / 8 : rounds); round++) {
            randomise(bench, values, form.op());
            bench.runHost();
            if (decoder) {
                cpu.run(bench);
            } else {
                callAsTheContractSays(bench, form);
            }
            String difference = bench.difference();
            if (difference != null) {
                return form + " round " + round + ": " + difference + "\n" + bench.describe();
            }
        }
        return null;
    }

    private static void randomise(OracleBench bench, Values values, X87Op op) {
        registers(bench.state, values, op);
        MemorySegment block = bench.block;
        block.set(JAVA_LONG, HostCpu.RAX_IN, values.any());
        block.set(JAVA_LONG, HostCpu.FLAGS_IN, 0x202 | (values.below(0x1000) & OracleBench.ARITHMETIC_FLAGS));
        block.set(JAVA_LONG, HostCpu.MEMORY, operand(values, op));
        block.set(JAVA_LONG, HostCpu.MEMORY + 8, op.name.equals("fbld") ? digits(values) : values.any());
        for (int i = 0; i < 112 && op.memory == Transfer.LOAD_BLOCK; i++) {
            block.set(JAVA_BYTE, HostCpu.MEMORY + i, (byte) values.any());
        }
    }

    private static void registers(FpuState state, Values values, X87Op op) {
        for (int i = 0; i < 8; i++) {
            values.extended(state, i);
        }
        state.occupied = values.oneIn(2) ? 0xff : values.below(256);
        state.top = values.below(8);
        if (values.oneIn(8)) {
            state.significand[state.top] = state.significand[(state.top + 1) & 7];
        }
        boolean pushes = op.name.startsWith("fld") || op.name.startsWith("fild") || op.name.equals("fxtract");
        if (pushes && !values.oneIn(8)) {
            state.occupied &= ~(1 << ((state.top + 7) & 7));
        }
        // What is flagged is masked, else the instruction would not run but raise #MF.
        int masks = values.oneIn(2) ? 0x3f : values.below(64);
        int conditions = values.below(8) << 8 | values.below(2) << 14;
        state.controlWord = 0x40 | masks | values.below(4) << 10 | values.below(4) << 8 | values.below(2) << 12;
        state.statusFlags = (values.below(64) & masks) | values.below(2) << 6 | conditions;
        // A host that switches tasks in between may forget the pointers.
        state.lastInstruction = 0;
        state.lastData = 0;
        state.lastOpcode = 0;
    }

    private static long operand(Values values, X87Op op) {
        if (op.name.equals("fbld")) {
            return digits(values);
        }
        if (op.name.startsWith("fi")) {
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

    private static void callAsTheContractSays(OracleBench bench, X87Form form) {
        X87Op op = form.op();
        FpuState state = bench.state;
        MemorySegment block = bench.block;
        MemorySegment environment = MemorySegment.ofArray(state.environment);
        long lo = 0;
        long hi = 0;
        switch (op.memory) {
            case LOAD -> {
                long whole = block.get(JAVA_LONG, HostCpu.MEMORY);
                lo = op.memoryBytes >= 8 ? whole : whole & ((1L << (8 * op.memoryBytes)) - 1);
                hi = op.memoryBytes == 10 ? block.get(JAVA_SHORT, HostCpu.MEMORY + 8) & 0xffff : 0;
            }
            case LOAD_BLOCK -> MemorySegment.copy(block, HostCpu.MEMORY, environment, 0, op.memoryBytes);
            case FLAGS -> lo = block.get(JAVA_LONG, HostCpu.FLAGS_IN);
            default -> {}
        }
        op.body.execute(state, form.modrm() & 7, lo, hi);
        long flags = block.get(JAVA_LONG, HostCpu.FLAGS_IN);
        long rax = block.get(JAVA_LONG, HostCpu.RAX_IN);
        switch (op.memory) {
            case STORE -> {
                store(bench, X87Op.stores(state) ? op.memoryBytes : 0);
                X87.retireStore(state);
            }
            case STORE_BLOCK -> {
                MemorySegment.copy(environment, 0, block, HostCpu.MEMORY, op.memoryBytes);
                X87.retireStore(state);
            }
            case SET_FLAGS ->
                block.set(JAVA_LONG, HostCpu.FLAGS_OUT, (flags & ~OracleBench.ARITHMETIC_FLAGS) | state.lo);
            case SET_AX -> block.set(JAVA_LONG, HostCpu.RAX_OUT, (rax & ~0xffffL) | state.lo);
            default -> {}
        }
    }

    private static void store(OracleBench bench, int bytes) {
        for (int i = 0; i < bytes; i++) {
            long half = i < 8 ? bench.state.lo : bench.state.hi;
            bench.block.set(JAVA_BYTE, HostCpu.MEMORY + i, (byte) (half >>> (8 * (i & 7))));
        }
    }
}
