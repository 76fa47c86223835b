package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import java.util.Arrays;

/**
 * The file {@code lzop} makes: a header whose length hangs on its flags, then blocks of unpacked size, packed size and
 * checksums ({@code lib/decompress_unlzo.c} of Linux describes what it relies on). All numbers are big endian.
 */
final class Lzop {

    private static final int F_ADLER32_D = 1 << 0;
    private static final int F_ADLER32_C = 1 << 1;
    private static final int F_CRC32_D = 1 << 8;
    private static final int F_CRC32_C = 1 << 9;
    private static final int F_H_FILTER = 1 << 11;
    private static final int F_H_EXTRA_FIELD = 1 << 6;
    private static final int MAGIC_BYTES = 9;

    private final Bytes in;
    private final int limit;
    private long at = MAGIC_BYTES;
    private byte[] out = new byte[0];
    private int size;

    private Lzop(Bytes in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    static byte[] unpack(Bytes packed, int limit) {
        Lzop lzop = new Lzop(packed, limit);
        int flags = lzop.header();
        while (lzop.block(flags)) {
            // One block after the other until the one of size 0.
        }
        return Arrays.copyOf(lzop.out, lzop.size);
    }

    private int u8() {
        return in.u8(at++);
    }

    private int u16() {
        return (u8() << 8) | u8();
    }

    private int i32() {
        return (u16() << 16) | u16();
    }

    private int header() {
        int version = u16();
        at += 2;
        if (version >= 0x0940) {
            at += 2;
        }
        at += 1;
        if (version >= 0x0940) {
            at += 1;
        }
        int flags = i32();
        if ((flags & F_H_FILTER) != 0) {
            at += 4;
        }
        at += 4 + 4;
        if (version >= 0x0940) {
            at += 4;
        }
        int nameBytes = u8();
        at += nameBytes + 4;
        if ((flags & F_H_EXTRA_FIELD) != 0) {
            int extraBytes = i32();
            at += Integer.toUnsignedLong(extraBytes) + 4;
        }
        return flags;
    }

    private boolean block(int flags) {
        int unpacked = i32();
        if (unpacked == 0) {
            return false;
        }
        int packed = i32();
        if (unpacked < 0 || unpacked > limit - size) {
            throw BoundedOutput.tooLarge(limit, "lzo");
        }
        if (packed <= 0 || packed > unpacked) {
            throw new BootImageUnusableException(
                    "kernel payload (lzo)", "a block packed into 1 to " + unpacked + " bytes", packed + " bytes");
        }
        at += 4L * Integer.bitCount(flags & (F_ADLER32_D | F_CRC32_D));
        if (packed < unpacked) {
            at += 4L * Integer.bitCount(flags & (F_ADLER32_C | F_CRC32_C));
        }
        if (size + unpacked > out.length) {
            out = Arrays.copyOf(out, (int) Math.min(limit, Math.max(out.length * 2L, size + unpacked)));
        }
        Bytes block = in.slice(at, packed);
        if (packed == unpacked) {
            block.buffer().get(out, size, packed);
        } else {
            Lzo1x.unpack(block, out, size, unpacked);
        }
        at += packed;
        size += unpacked;
        return true;
    }
}
