package dev.xenolith.guests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/**
 * A cpio archive in the newc form the kernel unpacks ({@code Documentation/driver-api/early-userspace/buffer-format.rst}
 * in Linux). Several may follow each other in one ramdisk; a later file replaces an earlier one of its name.
 */
final class NewcArchive {

    private static final int EXECUTABLE_FILE = 0100755;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int inode = 1000;

    NewcArchive executable(String name, String content) {
        entry(name, EXECUTABLE_FILE, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    byte[] gzipped() {
        entry("TRAILER!!!", 0, new byte[0]);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            bytes.writeTo(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private void entry(String name, int mode, byte[] content) {
        String header = "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
                .formatted(inode++, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0);
        bytes.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        pad();
        bytes.writeBytes(content);
        pad();
    }

    private void pad() {
        while (bytes.size() % 4 != 0) {
            bytes.write(0);
        }
    }
}
