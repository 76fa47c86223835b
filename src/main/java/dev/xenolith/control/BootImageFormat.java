package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a boot image's first bytes look like. Only a hint for people: whether a kernel boots is found out by booting it,
 * and a ramdisk may be anything.
 */
public enum BootImageFormat {
    ELF,
    BZIMAGE,
    CPIO,
    GZIP,
    XZ,
    ZSTD,
    LZ4,
    UNKNOWN;

    /** How many bytes {@link #of} wants to see, where there are as many. */
    static final int HEAD_BYTES = 1024;

    /** {@code Documentation/arch/x86/boot.rst}: "HdrS" follows the boot sector's first fields. */
    private static final int BZIMAGE_MAGIC_OFFSET = 0x202;

    static BootImageFormat of(byte[] head) {
        if (has(head, 0, 0x7f, 'E', 'L', 'F')) {
            return ELF;
        }
        if (has(head, BZIMAGE_MAGIC_OFFSET, 'H', 'd', 'r', 'S')) {
            return BZIMAGE;
        }
        if (has(head, 0, '0', '7', '0', '7', '0')) {
            return CPIO;
        }
        if (has(head, 0, 0x1f, 0x8b)) {
            return GZIP;
        }
        if (has(head, 0, 0xfd, '7', 'z', 'X', 'Z')) {
            return XZ;
        }
        if (has(head, 0, 0x28, 0xb5, 0x2f, 0xfd)) {
            return ZSTD;
        }
        if (has(head, 0, 0x02, 0x21, 0x4c, 0x18) || has(head, 0, 0x04, 0x22, 0x4d, 0x18)) {
            return LZ4;
        }
        return UNKNOWN;
    }

    private static boolean has(byte[] head, int offset, int... magic) {
        if (head.length < offset + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[offset + i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
