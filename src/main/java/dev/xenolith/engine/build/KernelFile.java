package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import java.nio.ByteBuffer;

/**
 * The ELF file inside whatever a kernel comes as: itself, gzip of it, or a bzImage around a packed one
 * ({@code Documentation/arch/x86/boot.rst} of Linux).
 *
 * <pre>
 *   bzImage:  0x1f1 setup_sects u8 · 0x202 "HdrS" · 0x206 version u16 · 0x248 payload_offset u32 · 0x24c payload_length u32
 *   payload at (setup_sects + 1) * 512 + payload_offset; its last 4 bytes are the unpacked size
 * </pre>
 */
final class KernelFile {

    /** No kernel comes near it: a full debug vmlinux stripped of its symbols is about 100 MiB. */
    static final int MAX_UNPACKED_BYTES = 256 << 20;

    private static final int HEADER_MAGIC = 0x53726448;
    private static final int MIN_VERSION = 0x0208;
    private static final int SIZE_BYTES = 4;

    private KernelFile() {}

    static ElfFile open(ByteBuffer file) {
        Bytes bytes = new Bytes(file);
        if (bytes.size() == 0) {
            throw new BootImageUnusableException("kernel", "an ELF file or a bzImage", "an empty file");
        }
        if (bytes.startsWith(0x1f, 0x8b)) {
            bytes = Bytes.of(Decompression.unpackAny(bytes, MAX_UNPACKED_BYTES));
        }
        if (!ElfFile.looksLikeElf(bytes) && isBzImage(bytes)) {
            bytes = payload(bytes);
        }
        if (!ElfFile.looksLikeElf(bytes)) {
            throw new BootImageUnusableException("kernel", "an ELF file or a bzImage", describe(bytes));
        }
        return ElfFile.parse(bytes);
    }

    private static boolean isBzImage(Bytes file) {
        return file.size() >= 0x250 && file.i32(0x202) == HEADER_MAGIC;
    }

    private static String describe(Bytes file) {
        return file.size() < 4 ? file.size() + " bytes" : "a file that begins with 0x%08x".formatted(file.i32(0));
    }

    private static Bytes payload(Bytes file) {
        if (file.u16(0x206) < MIN_VERSION) {
            throw new BootImageUnusableException(
                    "bzImage boot protocol", "2.08 or later", "0x%04x".formatted(file.u16(0x206)));
        }
        long offset = (file.u8(0x1f1) + 1) * 512L + file.u32(0x248);
        long length = file.u32(0x24c);
        if (length <= SIZE_BYTES || offset + length > file.size()) {
            throw new BootImageUnusableException(
                    "bzImage payload",
                    "more than 4 bytes, all inside the file of " + file.size(),
                    length + " bytes at " + offset);
        }
        Bytes payload = file.slice(offset, length);
        if (ElfFile.looksLikeElf(payload)) {
            return payload;
        }
        long unpackedBytes = payload.u32(length - SIZE_BYTES);
        if (unpackedBytes == 0 || unpackedBytes > MAX_UNPACKED_BYTES) {
            throw new BootImageUnusableException(
                    "bzImage payload", "1 to " + MAX_UNPACKED_BYTES + " bytes unpacked", unpackedBytes + " bytes");
        }
        // gzip ends with the size by itself; the other formats must not see the four bytes the kernel's build added.
        Bytes packed = payload.startsWith(0x1f, 0x8b) ? payload : payload.slice(0, length - SIZE_BYTES);
        byte[] unpacked = Decompression.unpackAny(packed, (int) unpackedBytes);
        if (unpacked.length != unpackedBytes) {
            throw new BootImageUnusableException(
                    "bzImage payload", unpackedBytes + " bytes unpacked", unpacked.length + " bytes");
        }
        return Bytes.of(unpacked);
    }
}
