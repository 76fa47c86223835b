package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One instruction on two processors: the state and the operand block that the host starts from, ours after the run, and
 * the first difference.
 */
final class OracleBench {
    static final int ARITHMETIC_FLAGS = 0x8d5;

    final HostCpu host;

    /** Input, then what ours made of it. */
    final FpuState state = new FpuState();

    /** Ours; laid out as {@link HostCpu#block}. */
    final MemorySegment block;

    private final FpuState before = new FpuState();
    private final MemorySegment image;

    OracleBench(Arena arena) throws Throwable {
        host = HostCpu.open(arena);
        block = arena.allocate(512, 64);
        image = arena.allocate(512, 64);
    }

    /** Runs the host on {@link #state} and {@link #block}. */
    void runHost() {
        before.copyFrom(state);
        FxsaveImage.write(state, host.input, 0);
        host.block.copyFrom(block);
        host.run();
        block.set(JAVA_LONG, HostCpu.RAX_OUT, block.get(JAVA_LONG, HostCpu.RAX_IN));
        block.set(JAVA_LONG, HostCpu.FLAGS_OUT, block.get(JAVA_LONG, HostCpu.FLAGS_IN));
    }

    @Nullable
    String difference() {
        FxsaveImage.write(state, image, 0);
        for (int offset = 0; offset < FxsaveImage.WRITTEN; offset += 2) {
            int got = image.get(JAVA_SHORT, offset);
            int wanted = host.output.get(JAVA_SHORT, offset);
            if (got != wanted && compared(offset)) {
                return message("image", offset, wanted, got);
            }
        }
        long rax = block.get(JAVA_LONG, HostCpu.RAX_OUT);
        if (rax != host.block.get(JAVA_LONG, HostCpu.RAX_OUT)) {
            return message("rax", 0, host.block.get(JAVA_LONG, HostCpu.RAX_OUT), rax);
        }
        long flags = block.get(JAVA_LONG, HostCpu.FLAGS_OUT) & ARITHMETIC_FLAGS;
        long wantedFlags = host.block.get(JAVA_LONG, HostCpu.FLAGS_OUT) & ARITHMETIC_FLAGS;
        return flags == wantedFlags ? memoryDifference() : message("rflags", 0, wantedFlags, flags);
    }

    private @Nullable String memoryDifference() {
        long at = MemorySegment.mismatch(block, HostCpu.MEMORY, 512, host.block, HostCpu.MEMORY, 512);
        if (at < 0) {
            return null;
        }
        long offset = HostCpu.MEMORY + at;
        return message("memory", at, host.block.get(JAVA_BYTE, offset), block.get(JAVA_BYTE, offset));
    }

    private static String message(String what, long offset, long wanted, long got) {
        return "%s+%d: expected %x, got %x".formatted(what, offset, wanted, got);
    }

    /** Not the last instruction and data pointers, and not the mask of MXCSR, of which a host may offer more bits. */
    private static boolean compared(int offset) {
        return (offset < 6 || offset >= 24) && (offset < 28 || offset >= 32);
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        text.append("mxcsr %04x fcw %04x fsw %04x tags %02x"
                .formatted(before.mxcsr, before.controlWord, before.statusWord(), before.occupied));
        for (int i = 0; i < 3; i++) {
            int register = X87Stack.physical(before, i);
            text.append("; st%d %04x %016x -> %04x %016x"
                    .formatted(
                            i,
                            before.signExponent[register],
                            before.significand[register],
                            host.output.get(JAVA_SHORT, 40 + 16 * i),
                            host.output.get(JAVA_LONG, 32 + 16 * i)));
        }
        for (int i = 1; i < 11; i += i == 2 ? 7 : 1) {
            text.append("; xmm%d %016x %016x -> %016x %016x"
                    .formatted(
                            i,
                            before.xmm[2 * i + 1],
                            before.xmm[2 * i],
                            host.output.get(JAVA_LONG, 168 + 16 * i),
                            host.output.get(JAVA_LONG, 160 + 16 * i)));
        }
        return text.append("; memory then %016x %016x"
                        .formatted(
                                host.block.get(JAVA_LONG, HostCpu.MEMORY + 8),
                                host.block.get(JAVA_LONG, HostCpu.MEMORY)))
                .toString();
    }
}
