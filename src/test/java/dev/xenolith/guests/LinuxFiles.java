package dev.xenolith.guests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Debian's kernel and a busybox ramdisk, as {@code http-examples/debian-guest.sh FOLDER} makes them. */
record LinuxFiles(MemorySegment kernel, byte[] ramdisk) {

    /** The folder {@code name} below XENOLITH_GUESTS; the empty name is that folder itself. Skips where it is missing. */
    static LinuxFiles orSkip(String name) {
        Path folder = Path.of(Objects.requireNonNullElse(System.getenv("XENOLITH_GUESTS"), "target/guests"))
                .resolve(name);
        assumeTrue(
                Files.isReadable(folder.resolve("vmlinuz")),
                "no Linux guest: run http-examples/debian-guest.sh " + folder);
        try {
            return new LinuxFiles(
                    MemorySegment.ofArray(Files.readAllBytes(folder.resolve("vmlinuz"))),
                    Files.readAllBytes(folder.resolve("initrd.gz")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ramdisk with more files behind it. */
    MemorySegment ramdiskWith(NewcArchive more) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(ramdisk);
        while (both.size() % 4 != 0) {
            both.write(0);
        }
        both.writeBytes(more.gzipped());
        return MemorySegment.ofArray(both.toByteArray());
    }
}
