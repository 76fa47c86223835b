package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every row of the SSE table against the host's processor, called as the contract of {@link SseOp} says, and once more
 * through the decoder.
 *
 * <p>Method: for each prefix, opcode, register or memory form, REX and (for the shift groups) extension for which there is
 * a row, the instruction is run on random FXSAVE images by both; the whole images, rax, the arithmetic flags and memory
 * are to be the same. RCP and RSQRT are left out, since each processor has its own approximation.
 */
class SseOracleTest {
    /** Operations that round get all of them; others a fifth; with an immediate a fifth of that for each. */
    private static final int ROUNDS = 1000;

    private static final int DECODER_ROUNDS = 50;

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
        List<SseForm> forms = SseForm.all();
        assertThat(forms)
                .hasSizeGreaterThan(1000)
                .extracting(form -> form.op().name)
                .contains("addsubpd", "addsubps", "haddpd", "haddps", "hsubpd", "hsubps")
                .contains("lddqu", "movddup", "movshdup", "movsldup");
        try (Arena arena = Arena.ofConfined()) {
            OracleBench bench = new OracleBench(arena);
            for (SseForm form : forms) {
                String failure = compare(bench, form, decoder);
                if (failure != null) {
                    failures.add(failure);
                }
            }
        }
        return failures;
    }

    private static @Nullable String compare(OracleBench bench, SseForm form, boolean decoder) {
        Values values = new Values(form.hashCode());
        bench.host.assemble(form.bytes());
        DecodingCpu cpu = new DecodingCpu(form.bytes());
        int rounds =
                (decoder ? DECODER_ROUNDS : ROUNDS) / (form.op().raisesSimd ? 1 : 5) / (form.op().immediate ? 5 : 1);
        for (int round = 0; round < rounds; round++) {
            randomise(bench, values);
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

    private static void randomise(OracleBench bench, Values values) {
        FpuState state = bench.state;
        boolean doubles = values.oneIn(3);
        for (int i = 0; i < 32; i++) {
            state.xmm[i] = doubles ? values.dual() : values.packed();
        }
        for (int i = 0; i < 8; i++) {
            state.significand[i] = values.packed();
            state.signExponent[i] = values.below(0x10000);
        }
        state.occupied = values.below(256);
        state.top = values.below(8);
        int mode = values.oneIn(2) ? 0 : values.below(4) << 13 | values.below(2) << 15 | values.below(2) << 6;
        state.mxcsr = 0x1f80 | mode | (values.oneIn(2) ? 0 : values.below(64));
        MemorySegment block = bench.block;
        block.set(JAVA_LONG, HostCpu.RAX_IN, values.packed());
        block.set(JAVA_LONG, HostCpu.FLAGS_IN, 0x202 | (values.below(0x1000) & OracleBench.ARITHMETIC_FLAGS));
        block.set(JAVA_LONG, HostCpu.MEMORY, values.oneIn(2) ? values.dual() : values.packed());
        block.set(JAVA_LONG, HostCpu.MEMORY + 8, values.oneIn(2) ? values.dual() : values.packed());
    }

    private static void callAsTheContractSays(OracleBench bench, SseForm form) {
        SseOp op = form.op();
        FpuState state = bench.state;
        MemorySegment block = bench.block;
        long lo = 0;
        long hi = 0;
        int src = op.sourceRegister(form.modrm(), form.rex());
        switch (op.source) {
            case XMM -> {
                lo = state.xmm[2 * src];
                hi = state.xmm[2 * src + 1];
            }
            case MM -> lo = state.significand[src];
            case GPR -> lo = block.get(JAVA_LONG, HostCpu.RAX_IN);
            case MEMORY -> {
                long whole = block.get(JAVA_LONG, HostCpu.MEMORY);
                lo = op.memoryBytes >= 8 ? whole : whole & ((1L << (8 * op.memoryBytes)) - 1);
                hi = op.memoryBytes == 16 ? block.get(JAVA_LONG, HostCpu.MEMORY + 8) : 0;
            }
            default -> {}
        }
        op.body.execute(state, op.destinationRegister(form.modrm(), form.rex()), lo, hi, form.immediate());
        long flags = block.get(JAVA_LONG, HostCpu.FLAGS_IN);
        switch (op.destination) {
            case GPR -> block.set(JAVA_LONG, HostCpu.RAX_OUT, state.lo);
            case MEMORY -> store(bench, op.mmx, op.memoryBytes, 0xffff);
            case MASKED_MEMORY -> store(bench, op.mmx, op.mmx ? 8 : 16, state.byteMask);
            case FLAGS -> block.set(JAVA_LONG, HostCpu.FLAGS_OUT, (flags & ~OracleBench.ARITHMETIC_FLAGS) | state.lo);
            default -> {}
        }
    }

    private static void store(OracleBench bench, boolean mmx, int bytes, int mask) {
        if (mmx) {
            bench.state.enterMmx();
        }
        for (int i = 0; i < bytes; i++) {
            if ((mask >> i & 1) != 0) {
                long half = i < 8 ? bench.state.lo : bench.state.hi;
                bench.block.set(JAVA_BYTE, HostCpu.MEMORY + i, (byte) (half >>> (8 * (i & 7))));
            }
        }
    }
}
