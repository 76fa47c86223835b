package dev.xenolith.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * A CPU with a little memory, mapped so that most tests need no set-up.
 *
 * <pre>
 *   CODE    16 pages, read, write, execute      host 0x10000
 *   DATA    16 pages, read, write               host 0x30000
 *   STACK   grows down from here                host 0x50000 is its top
 * </pre>
 */
final class TestGuest implements AutoCloseable {
    static final long CODE = 0x40_0000;
    static final long DATA = 0x60_0000;
    static final long STACK = 0x80_0000;
    static final long CODE_HOST = 0x1_0000;
    static final long DATA_HOST = 0x3_0000;
    static final long RAM_BYTES = 1 << 20;
    private static final long STACK_HOST = 0x5_0000;

    private final Arena arena = Arena.ofConfined();
    final MemorySegment ram = arena.allocate(RAM_BYTES, 4096);
    final CodeCache cache = new CodeCache();
    final PagedSpace space = new PagedSpace(ram, cache);
    final RecordingEnvironment env = new RecordingEnvironment();
    final Cpu cpu = new Cpu(space, env, cache);

    TestGuest() {
        space.cpu = cpu;
        for (long page = 0; page < 16; page++) {
            space.map(CODE + page * 4096, CODE_HOST + page * 4096, PagedSpace.ALL);
            space.map(DATA + page * 4096, DATA_HOST + page * 4096, PagedSpace.READABLE | PagedSpace.WRITABLE);
        }
        for (long page = 1; page <= 4; page++) {
            space.map(STACK - page * 4096, STACK_HOST - page * 4096, PagedSpace.READABLE | PagedSpace.WRITABLE);
        }
        cpu.setRip(CODE);
        cpu.setGpr(Gpr.RSP, STACK - 64);
    }

    /** Puts bytes, given in hexadecimal, at an address of CODE. */
    TestGuest code(long va, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, ram, va - CODE + CODE_HOST, bytes.length);
        return this;
    }

    TestGuest code(String hex) {
        return code(CODE, hex);
    }

    long data(long va) {
        return ram.get(CpuMemory.LONG, va - DATA + DATA_HOST);
    }

    void setData(long va, long value) {
        ram.set(CpuMemory.LONG, va - DATA + DATA_HOST, value);
    }

    String lastCall() {
        return env.calls.isEmpty() ? "" : env.calls.getLast();
    }

    @Override
    public void close() {
        arena.close();
    }
}
