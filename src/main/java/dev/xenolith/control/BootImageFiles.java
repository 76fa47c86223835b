package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The bytes of boot images: a file each, except for the builtin kernel's. */
@Component
class BootImageFiles {

    private final DataDirectory directory;
    private final Disk disk;
    private final BuiltinKernel builtin;

    BootImageFiles(DataDirectory directory, Disk disk, BuiltinKernel builtin) {
        this.disk = disk;
        this.directory = directory;
        this.builtin = builtin;
    }

    Path path(UUID id) {
        return directory.bootImages().resolve(id.toString());
    }

    DurableFile create(UUID id) {
        return DurableFile.digested(disk, path(id));
    }

    void delete(UUID id) {
        try {
            Files.deleteIfExists(path(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes, readable from any thread until the arena closes. */
    MemorySegment map(BootImage image, Arena arena) {
        if (image.builtin()) {
            return MemorySegment.ofArray(builtin.elf()).asReadOnly();
        }
        try (FileChannel file = FileChannel.open(path(image.id()))) {
            return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
