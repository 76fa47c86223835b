package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/**
 * The oracle: runs one instruction on the host's own processor, from one FXSAVE image to another.
 *
 * <p>A page of code is written by hand: keep the caller's modes, FXRSTOR64 the input, load rax and rflags, run the
 * instruction, keep rax and rflags, FXSAVE64 the output, restore the modes. While the instruction runs rdx points to the
 * operand block, whose offset {@link #MEMORY} is what a memory operand names; so does rdi, for the masked stores.
 *
 * <p>Exceptions of SSE cannot be unmasked here: the host would deliver them as a signal that the JVM takes for a crash.
 * Those of the x87 can, since the hardware reports them at the next instruction, and there is none.
 */
final class HostCpu {
    /** Offset of the memory operand in the operand block; ModRM mod 1, rm 2, disp8. */
    static final int MEMORY = 0x40;

    static final int RAX_IN = 0;
    static final int RAX_OUT = 8;
    static final int FLAGS_OUT = 16;
    static final int FLAGS_IN = 24;

    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE_EXEC = 7;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private static final byte[] HEAD = HexFormat.of()
            .parseHex(
                    "4883ec10" // sub rsp, 16
                            + "0fae1c24" // stmxcsr [rsp]
                            + "d97c2404" // fnstcw [rsp+4]
                            + "480fae0f" // fxrstor64 [rdi]
                            + "488d7a40" // lea rdi, [rdx+64]
                            + "ff7218" // push qword [rdx+24]
                            + "9d" // popfq
                            + "488b02"); // mov rax, [rdx]

    private static final byte[] TAIL = HexFormat.of()
            .parseHex(
                    "48894208" // mov [rdx+8], rax
                            + "9c58" // pushfq; pop rax
                            + "48894210" // mov [rdx+16], rax
                            + "480fae06" // fxsave64 [rsi]
                            + "dbe3" // fninit
                            + "0fae1424" // ldmxcsr [rsp]
                            + "d96c2404" // fldcw [rsp+4]
                            + "4883c410" // add rsp, 16
                            + "fc" // cld
                            + "c3"); // ret

    private final MemorySegment code;
    private final MethodHandle call;

    final MemorySegment input;
    final MemorySegment output;

    /** rax, rflags and, from {@link #MEMORY} on, the memory operand. */
    final MemorySegment block;

    private HostCpu(MemorySegment code, Arena arena) {
        this.code = code;
        call = Linker.nativeLinker().downcallHandle(code, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS));
        input = arena.allocate(512, 64);
        output = arena.allocate(512, 64);
        block = arena.allocate(512, 64);
        block.set(JAVA_LONG, FLAGS_IN, 0x202);
    }

    static boolean available() {
        String architecture = System.getProperty("os.arch", "");
        return System.getProperty("os.name", "").equals("Linux") && architecture.equals("amd64");
    }

    static HostCpu open(Arena arena) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle mmap = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mmap"),
                FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        MemorySegment page = (MemorySegment)
                mmap.invokeExact(MemorySegment.NULL, (long) PAGE, PROT_READ_WRITE_EXEC, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        return new HostCpu(page.reinterpret(PAGE), arena);
    }

    /** Puts an instruction between head and tail. */
    void assemble(byte[] instruction) {
        MemorySegment.copy(MemorySegment.ofArray(HEAD), 0, code, 0, HEAD.length);
        MemorySegment.copy(MemorySegment.ofArray(instruction), 0, code, HEAD.length, instruction.length);
        MemorySegment.copy(MemorySegment.ofArray(TAIL), 0, code, HEAD.length + instruction.length, TAIL.length);
    }

    void run() {
        try {
            call.invokeExact(input, output, block);
        } catch (Throwable e) {
            throw new AssertionError("the native stub threw", e);
        }
    }
}
