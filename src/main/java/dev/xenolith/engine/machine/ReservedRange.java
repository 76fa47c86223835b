package dev.xenolith.engine.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A range of address space that reads as zeros and takes host memory only where it was touched.
 *
 * <p>On Linux it is an anonymous mapping without reservation, made through {@code java.lang.foreign}; elsewhere a
 * private mapping of a sparse temporary file, which cannot give memory back. {@code Arena.allocate} will not do: it
 * zeroes, and so touches, everything at once.
 */
final class ReservedRange implements AutoCloseable {

    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;

    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private final Arena arena;
    private final MemorySegment segment;
    private final @Nullable MethodHandle madvise;

    ReservedRange(long bytes) {
        arena = Arena.ofShared();
        if (LINUX) {
            segment = mapAnonymous(bytes, arena);
            madvise = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker()
                                    .defaultLookup()
                                    .find("madvise")
                                    .orElseThrow(),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT));
        } else {
            segment = mapSparseFile(bytes, arena);
            madvise = null;
        }
    }

    MemorySegment segment() {
        return segment;
    }

    /** Gives the memory of a page-aligned part back; it then reads as zeros. False where that cannot be done. */
    boolean discard(long offset, long bytes) {
        if (madvise == null) {
            return false;
        }
        try {
            return (int) madvise.invokeExact(segment.address() + offset, bytes, MADV_DONTNEED) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise", e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private static MemorySegment mapAnonymous(long bytes, Arena arena) {
        Linker linker = Linker.nativeLinker();
        MethodHandle mmap = linker.downcallHandle(
                linker.defaultLookup().find("mmap").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        MethodHandle munmap = linker.downcallHandle(
                linker.defaultLookup().find("munmap").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        long address;
        try {
            address = (long) mmap.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("mmap", e);
        }
        if (address == -1) {
            throw new IllegalStateException("reserving " + bytes + " bytes of address space: refused by the system");
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, unmapped -> unmap(munmap, address, bytes));
    }

    private static void unmap(MethodHandle munmap, long address, long bytes) {
        try {
            int ignored = (int) munmap.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("munmap", e);
        }
    }

    private static MemorySegment mapSparseFile(long bytes, Arena arena) {
        try {
            Path file = Files.createTempFile("xenolith-ram", null);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(FileChannel.MapMode.PRIVATE, 0, bytes, arena);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
