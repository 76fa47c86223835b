package dev.xenolith.engine.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * The processor the tests run on, as oracle: loads a state, runs a few bytes natively, reads the state back.
 *
 * <p>One anonymous mapping below 2 GiB, so that absolute addresses and the address-size prefix can be tried:
 *
 * <pre>
 *   0x00000  prologue: saves the host's registers, loads ours
 *   0x00ff0  snippet, so that some instructions lie across a page; then a jump to the epilogue
 *   0x02000  epilogue: stores our registers, restores the host's
 *   0x03000  state: registers in and out, flags, FXSAVE images
 *   0x10000  two pages of data
 *   0x20000  a page of stack, with room around it
 * </pre>
 */
final class HostProcessor {
    static final int BYTES = 0x30000;
    static final int SNIPPET = 0xff0;
    static final int EPILOGUE = 0x2000;
    static final int DATA = 0x10000;
    static final int DATA_BYTES = 0x2000;
    static final int STACK = 0x20000;
    static final int STACK_BYTES = 0x1000;
    static final int FX_BYTES = 512;
    private static final int IN = 0x3000;
    private static final int IN_FLAGS = 0x3080;
    private static final int OUT = 0x3100;
    private static final int OUT_FLAGS = 0x3180;
    private static final int HOST_RSP = 0x3190;
    private static final int IN_FX = 0x3200;
    private static final int OUT_FX = 0x3400;
    private static final int HOST_FX = 0x3600;

    private static final int PROT_ALL = 7;
    private static final int MAP_PRIVATE_ANONYMOUS_FIXED_NOREPLACE = 0x100022;
    private static final long LOWEST = 0x1000_0000L;
    private static final long HIGHEST = 0x7000_0000L;
    private static final long STRIDE = 0x100_0000L;

    final MemorySegment memory;
    final long base;
    private final MethodHandle enter;
    private int at;

    private HostProcessor() {
        memory = map();
        base = memory.address();
        prologue();
        epilogue();
        enter = Linker.nativeLinker().downcallHandle(memory, FunctionDescriptor.ofVoid());
    }

    long base() {
        return base;
    }

    static boolean available() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return os.equals("linux") && System.getProperty("os.arch", "").equals("amd64");
    }

    static HostProcessor open() {
        return new HostProcessor();
    }

    private static MemorySegment map() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor mmap = FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG);
        MethodHandle call = linker.downcallHandle(linker.defaultLookup().findOrThrow("mmap"), mmap);
        for (long wanted = LOWEST; wanted < HIGHEST; wanted += STRIDE) {
            try {
                long address = (long)
                        call.invokeExact(wanted, (long) BYTES, PROT_ALL, MAP_PRIVATE_ANONYMOUS_FIXED_NOREPLACE, -1, 0L);
                if (address == wanted) {
                    return MemorySegment.ofAddress(address).reinterpret(BYTES);
                }
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("no executable memory below 2 GiB");
    }

    /** Runs {@code snippet} from {@code before}; what it leaves goes to {@code after}. Data and stack are in memory. */
    void run(byte[] snippet, ProcessorState before, ProcessorState after) {
        at = SNIPPET;
        bytes(snippet);
        jump(EPILOGUE);
        for (int i = 0; i < 16; i++) {
            memory.set(CpuMemory.LONG, IN + 8L * i, before.gpr[i]);
        }
        memory.set(CpuMemory.LONG, IN_FLAGS, before.flags);
        MemorySegment.copy(before.fx, 0, memory, ValueLayout.JAVA_BYTE, IN_FX, FX_BYTES);
        try {
            enter.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < 16; i++) {
            after.gpr[i] = memory.get(CpuMemory.LONG, OUT + 8L * i);
        }
        after.flags = memory.get(CpuMemory.LONG, OUT_FLAGS);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, OUT_FX, after.fx, 0, FX_BYTES);
    }

    private void prologue() {
        at = 0;
        bytes(0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57); // push rbx, rbp, r12 to r15
        relative(HOST_FX, 0x48, 0x0f, 0xae, 0x05); // fxsave64
        move(0x89, Gpr.RSP, HOST_RSP);
        relative(IN_FX, 0x48, 0x0f, 0xae, 0x0d); // fxrstor64
        relative(IN_FLAGS, 0xff, 0x35); // push
        bytes(0x9d); // popfq
        for (int i = 0; i < 16; i++) {
            move(0x8b, i, IN + 8 * i);
        }
        jump(SNIPPET);
    }

    private void epilogue() {
        at = EPILOGUE;
        for (int i = 0; i < 16; i++) {
            move(0x89, i, OUT + 8 * i);
        }
        move(0x8b, Gpr.RSP, HOST_RSP);
        bytes(0x9c, 0x58); // pushfq; pop rax
        move(0x89, Gpr.RAX, OUT_FLAGS);
        bytes(0xfc); // cld
        relative(OUT_FX, 0x48, 0x0f, 0xae, 0x05);
        relative(HOST_FX, 0x48, 0x0f, 0xae, 0x0d);
        bytes(0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0xc3);
    }

    /** MOV between a register and memory. */
    private void move(int opcode, int register, int offset) {
        relative(offset, 0x48 | (register >> 3) << 2, opcode, (register & 7) << 3 | 5);
    }

    private void relative(int offset, int... instruction) {
        bytes(instruction);
        memory.set(CpuMemory.INT, at, offset - (at + 4));
        at += 4;
    }

    private void jump(int offset) {
        relative(offset, 0xe9);
    }

    private void bytes(int... values) {
        for (int value : values) {
            memory.set(ValueLayout.JAVA_BYTE, at++, (byte) value);
        }
    }

    private void bytes(byte[] values) {
        MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_BYTE, at, values.length);
        at += values.length;
    }
}
