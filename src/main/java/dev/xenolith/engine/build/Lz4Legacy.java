package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import java.util.Arrays;

/**
 * The frame {@code lz4 -l} makes: a magic, then blocks of at most 8 MiB, each preceded by its packed size
 * ({@code doc/lz4_Frame_format.md}, "Legacy frame"; block format {@code doc/lz4_Block_format.md}).
 *
 * <pre>
 *   token: literal count (4 bits) | match length - 4 (4 bits); 15 goes on in bytes of 255 and one less
 *   literals; match offset u16, counted back from the output's end
 * </pre>
 */
final class Lz4Legacy {

    private static final int MAGIC = 0x184c2102;
    private static final int MIN_MATCH = 4;

    private final Bytes in;
    private final int limit;
    private byte[] out;
    private int size;
    private long at;

    private Lz4Legacy(Bytes in, int limit) {
        this.in = in;
        this.limit = limit;
        this.out = new byte[Math.min(limit, 8 << 20)];
    }

    static byte[] unpack(Bytes packed, int limit) {
        Lz4Legacy lz4 = new Lz4Legacy(packed, limit);
        lz4.at = 4;
        while (lz4.at + 4 <= packed.size()) {
            int blockBytes = packed.i32(lz4.at);
            lz4.at += 4;
            if (blockBytes != MAGIC) {
                lz4.block(blockBytes);
            }
        }
        return Arrays.copyOf(lz4.out, lz4.size);
    }

    private void block(int blockBytes) {
        int start = size;
        long end = at + Integer.toUnsignedLong(blockBytes);
        if (end > in.size()) {
            throw new Bytes.Truncated(at, Integer.toUnsignedLong(blockBytes), in.size());
        }
        while (at < end) {
            int token = in.u8(at++);
            literals(length(token >> 4));
            if (at >= end) {
                // The last sequence of a block is literals only.
                break;
            }
            int offset = in.u16(at);
            at += 2;
            match(offset, length(token & 15) + MIN_MATCH, start);
        }
    }

    private int length(int nibble) {
        long length = nibble;
        if (nibble == 15) {
            int more;
            do {
                more = in.u8(at++);
                length += more;
            } while (more == 255);
        }
        if (length > limit) {
            throw BoundedOutput.tooLarge(limit, "legacy lz4");
        }
        return (int) length;
    }

    private void literals(int count) {
        reserve(count);
        in.slice(at, count).buffer().get(out, size, count);
        at += count;
        size += count;
    }

    private void match(int offset, int count, int start) {
        if (offset == 0 || offset > size - start) {
            throw new BootImageUnusableException(
                    "kernel payload (legacy lz4)", "a match inside the block", "offset " + offset);
        }
        reserve(count);
        // Byte by byte where the ranges overlap: that is how lz4 repeats a pattern.
        if (offset >= count) {
            System.arraycopy(out, size - offset, out, size, count);
        } else {
            for (int i = 0; i < count; i++) {
                out[size + i] = out[size + i - offset];
            }
        }
        size += count;
    }

    private void reserve(int count) {
        if (count > limit - size) {
            throw BoundedOutput.tooLarge(limit, "legacy lz4");
        }
        if (size + count > out.length) {
            out = Arrays.copyOf(out, (int) Math.min(limit, Math.max(out.length * 2L, size + count)));
        }
    }
}
