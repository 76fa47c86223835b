package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.engine.cpu.fpu.SseOp.Operand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every row of the SSE table against the host's processor.
 *
 * <p>Method: for each prefix, opcode, register or memory form, REX.W and (for the shift groups) extension for which there
 * is a row, the instruction is assembled with registers 1 and 2 (or rax, or memory at rdx + 64) and run on random FXSAVE
 * images by both; the whole images, rax, the arithmetic flags and memory are to be the same. RCP and RSQRT are left out,
 * since each processor has its own approximation.
 */
class SseOracleTest {
    /** Operations that round get all of them; others a fifth, those with an immediate a fifth of that for each. */
    private static final int ROUNDS = 1500;

    private static final byte[] PREFIXES = {0, 0x66, (byte) 0xf3, (byte) 0xf2};
    private static final int ARITHMETIC_FLAGS = 0x8d5;

    private final FpuState state = new FpuState();
    private final FpuState before = new FpuState();
    private final MemorySegment expected = Arena.ofAuto().allocate(512, 16);

    @Test
    void everyRowComputesWhatTheHostComputes() throws Throwable {
        assumeTrue(HostCpu.available(), "needs Linux on x86-64: the host's processor is the oracle");
        List<String> failures = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            HostCpu host = HostCpu.open(arena);
            int rows = 0;
            for (Form form : Form.all()) {
                rows++;
                String failure = compare(host, form);
                if (failure != null) {
                    failures.add(failure);
                }
            }
            assertThat(rows).isGreaterThan(400);
        }
        assertThat(failures).isEmpty();
    }

    private @Nullable String compare(HostCpu host, Form form) {
        Values values = new Values(form.hashCode());
        host.assemble(form.bytes());
        int rounds = ROUNDS / (form.op.raisesSimd ? 1 : 5) / (form.op.immediate ? 5 : 1);
        for (int round = 0; round < rounds; round++) {
            randomise(host, values);
            host.run();
            long[] outcome = emulate(form);
            String difference = difference(host, form.op, outcome);
            if (difference != null) {
                return form + " round " + round + ": " + difference + "\n" + describe(host);
            }
        }
        return null;
    }

    private void randomise(HostCpu host, Values values) {
        for (int i = 0; i < 32; i++) {
            state.xmm[i] = values.packed();
        }
        if (values.oneIn(3)) {
            doubles(values);
        }
        for (int i = 0; i < 8; i++) {
            state.significand[i] = values.packed();
            state.signExponent[i] = values.below(0x10000);
        }
        state.occupied = values.below(256);
        state.top = values.below(8);
        int mode = values.oneIn(2) ? 0 : values.below(4) << 13 | values.below(2) << 15 | values.below(2) << 6;
        state.mxcsr = 0x1f80 | mode | (values.oneIn(2) ? 0 : values.below(64));
        before.copyFrom(state);
        FxsaveImage.write(state, host.input, 0);
        host.block.set(JAVA_LONG, HostCpu.RAX_IN, values.packed());
        host.block.set(JAVA_LONG, HostCpu.MEMORY, values.oneIn(2) ? values.dual() : values.packed());
        host.block.set(JAVA_LONG, HostCpu.MEMORY + 8, values.oneIn(2) ? values.dual() : values.packed());
        memory.copyFrom(host.block);
    }

    private final MemorySegment memory = Arena.ofAuto().allocate(512, 64);

    private void doubles(Values values) {
        for (int i = 0; i < 6; i++) {
            state.xmm[i] = values.dual();
        }
    }

    /** As the decoder would do it; rax, flags. */
    private long[] emulate(Form form) {
        SseOp op = form.op;
        long lo = 0;
        long hi = 0;
        long rax = memory.get(JAVA_LONG, HostCpu.RAX_IN);
        long flags = 0x202;
        int src = op.sourceRegister(form.modrm, 0);
        switch (op.source) {
            case XMM -> {
                lo = state.xmm[2 * src];
                hi = state.xmm[2 * src + 1];
            }
            case MM -> lo = state.significand[src];
            case GPR -> lo = rax;
            case MEMORY -> {
                lo = load(op.memoryBytes);
                hi = op.memoryBytes == 16 ? memory.get(JAVA_LONG, HostCpu.MEMORY + 8) : 0;
            }
            default -> {}
        }
        op.body.execute(state, op.destinationRegister(form.modrm, 0), lo, hi, form.immediate);
        switch (op.destination) {
            case GPR -> rax = state.lo;
            case MEMORY -> store(op.memoryBytes, 0xffff);
            case MASKED_MEMORY -> store(op.mmx ? 8 : 16, state.byteMask);
            case FLAGS -> flags = (flags & ~ARITHMETIC_FLAGS) | state.lo;
            default -> {}
        }
        return new long[] {rax, flags};
    }

    private long load(int bytes) {
        long whole = memory.get(JAVA_LONG, HostCpu.MEMORY);
        return bytes >= 8 ? whole : whole & (1L << (8 * bytes)) - 1;
    }

    private void store(int bytes, int mask) {
        for (int i = 0; i < bytes; i++) {
            if ((mask >> i & 1) != 0) {
                memory.set(JAVA_BYTE, HostCpu.MEMORY + i, (byte) ((i < 8 ? state.lo : state.hi) >>> (8 * (i & 7))));
            }
        }
    }

    private @Nullable String difference(HostCpu host, SseOp op, long[] outcome) {
        FxsaveImage.write(state, expected, 0);
        for (int offset = 0; offset < FxsaveImage.WRITTEN; offset += 4) {
            int got = expected.get(JAVA_INT, offset);
            int wanted = host.output.get(JAVA_INT, offset);
            if (got != wanted && compared(offset)) {
                return "image+" + offset + ": expected " + Integer.toHexString(wanted) + ", got "
                        + Integer.toHexString(got);
            }
        }
        long rax = host.block.get(JAVA_LONG, HostCpu.RAX_OUT);
        if (rax != outcome[0]) {
            return "rax: expected " + Long.toHexString(rax) + ", got " + Long.toHexString(outcome[0]);
        }
        long flags = host.block.get(JAVA_LONG, HostCpu.FLAGS_OUT) & ARITHMETIC_FLAGS;
        if (op.destination == Operand.FLAGS && flags != (outcome[1] & ARITHMETIC_FLAGS)) {
            return "flags: expected " + Long.toHexString(flags) + ", got " + Long.toHexString(outcome[1]);
        }
        long mismatch = MemorySegment.mismatch(memory, HostCpu.MEMORY, 512, host.block, HostCpu.MEMORY, 512);
        return mismatch < 0 ? null : "memory+" + mismatch + " differs";
    }

    /** Not the last instruction and data pointers, and not the mask of MXCSR, of which the host offers more bits. */
    private static boolean compared(int offset) {
        return (offset < 8 || offset >= 24) && offset != 28;
    }

    private String describe(HostCpu host) {
        StringBuilder text = new StringBuilder();
        text.append("mxcsr ").append(Integer.toHexString(before.mxcsr));
        text.append(" -> ").append(Integer.toHexString(host.output.get(JAVA_INT, 24)));
        for (int i = 1; i <= 2; i++) {
            text.append(String.format(
                    " xmm%d %016x %016x -> %016x %016x;",
                    i,
                    before.xmm[2 * i + 1],
                    before.xmm[2 * i],
                    host.output.get(JAVA_LONG, 168 + 16 * i),
                    host.output.get(JAVA_LONG, 160 + 16 * i)));
        }
        text.append(String.format(" mm1 %016x mm2 %016x", before.significand[1], before.significand[2]));
        text.append(String.format(
                " rax %016x mem %016x %016x",
                host.block.get(JAVA_LONG, HostCpu.RAX_IN),
                host.block.get(JAVA_LONG, HostCpu.MEMORY + 8),
                host.block.get(JAVA_LONG, HostCpu.MEMORY)));
        return text.toString();
    }

    /** One encodable form that has a row. */
    private record Form(SseOp op, int prefix, int opcode, int modrm, boolean rexW, int immediate) {
        static List<Form> all() {
            List<Form> all = new ArrayList<>();
            for (int prefix = 0; prefix < 4; prefix++) {
                for (int opcode = 0; opcode < 256; opcode++) {
                    add(all, prefix, opcode);
                }
            }
            return all;
        }

        private static void add(List<Form> all, int prefix, int opcode) {
            boolean group = opcode >= 0x71 && opcode <= 0x73;
            for (int extension = group ? 0 : 1; extension < (group ? 8 : 2); extension++) {
                add(all, prefix, opcode, 0xc2 | extension << 3);
                add(all, prefix, opcode, 0x42 | extension << 3);
            }
        }

        private static void add(List<Form> all, int prefix, int opcode, int modrm) {
            for (int wide = 0; wide < 2; wide++) {
                SseOp op = SseOp.lookup(prefix, opcode, modrm, wide == 1);
                if (op == null || op.name.startsWith("rcp") || op.name.startsWith("rsqrt")) {
                    continue;
                }
                int chosen = withRax(op, modrm);
                int immediates = op.immediate ? op.name.startsWith("cmp") ? 8 : 40 : 1;
                for (int i = 0; i < immediates; i++) {
                    int immediate =
                            !op.immediate ? 0 : i < 18 ? i : i < 22 ? 30 + i - 18 : i < 26 ? 63 + i - 22 : i * 6 + 5;
                    all.add(new Form(op, prefix, opcode, chosen, wide == 1, immediate));
                }
            }
        }

        /** A general register operand is rax. */
        private static int withRax(SseOp op, int modrm) {
            boolean general = op.source == Operand.GPR || op.destination == Operand.GPR;
            boolean inRm = op.sourceIsRm ? op.source == Operand.GPR : op.destination == Operand.GPR;
            return !general ? modrm : inRm ? modrm & ~7 : modrm & ~0x38;
        }

        byte[] bytes() {
            StringBuilder hex = new StringBuilder();
            HexFormat format = HexFormat.of();
            hex.append(prefix == 0 ? "" : format.toHexDigits(PREFIXES[prefix]));
            hex.append(rexW ? "48" : "").append("0f").append(format.toHexDigits((byte) opcode));
            hex.append(op.hasModrm ? format.toHexDigits((byte) modrm) : "");
            hex.append(op.hasModrm && modrm < 0xc0 ? format.toHexDigits((byte) HostCpu.MEMORY) : "");
            hex.append(op.immediate ? format.toHexDigits((byte) immediate) : "");
            return HexFormat.of().parseHex(hex);
        }

        @Override
        public String toString() {
            return op.name + " " + HexFormat.of().formatHex(bytes());
        }
    }
}
