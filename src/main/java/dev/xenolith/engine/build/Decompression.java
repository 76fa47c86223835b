package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The formats a kernel's payload comes in, told apart by their first bytes as libxc does.
 *
 * <p>Whatever the file claims, no more than a limit is ever produced: a decompression bomb costs its sender a refusal
 * and us the limit.
 */
enum Decompression {
    GZIP("gzip", "1f8b") {
        @Override
        byte[] unpack(Bytes packed, int limit) throws IOException {
            return BoundedOutput.drain(new GZIPInputStream(stream(packed)), limit, name);
        }
    },
    XZ("xz", "fd377a585a00") {
        @Override
        byte[] unpack(Bytes packed, int limit) throws IOException {
            return BoundedOutput.drain(new XZInputStream(stream(packed), DICTIONARY_KIB), limit, name);
        }
    },
    ZSTD("zstd", "28b52ffd") {
        @Override
        byte[] unpack(Bytes packed, int limit) {
            // One block of memory in, one out: the size is what the kernel's build appended, checked by the caller.
            byte[] in = packed.toArray();
            byte[] out = new byte[limit];
            int size = ZstdDecompressor.create().decompress(in, 0, in.length, out, 0, out.length);
            return size == limit ? out : Arrays.copyOf(out, size);
        }
    },
    LZMA("lzma", "5d00") {
        @Override
        byte[] unpack(Bytes packed, int limit) throws IOException {
            return BoundedOutput.drain(new LZMAInputStream(stream(packed), DICTIONARY_KIB), limit, name);
        }
    },
    LZO("lzo", "894c5a4f00") {
        @Override
        byte[] unpack(Bytes packed, int limit) {
            return Lzop.unpack(packed, limit);
        }
    },
    LZ4("legacy lz4", "02214c18") {
        @Override
        byte[] unpack(Bytes packed, int limit) {
            return Lz4Legacy.unpack(packed, limit);
        }
    };

    /** Enough for what Linux builds with (xz and lzma: a dictionary of 32 to 128 MiB). */
    private static final int DICTIONARY_KIB = 256 << 10;

    final String name;
    private final String magicHex;

    Decompression(String name, String magicHex) {
        this.name = name;
        this.magicHex = magicHex;
    }

    abstract byte[] unpack(Bytes packed, int limit) throws IOException;

    /** Unpacks {@code packed} into at most {@code limit} bytes. */
    static byte[] unpackAny(Bytes packed, int limit) {
        for (Decompression format : values()) {
            if (packed.startsWith(HexFormat.of().parseHex(format.magicHex))) {
                return format.unpackOrRefuse(packed, limit);
            }
        }
        throw new BootImageUnusableException(
                "kernel payload",
                "gzip, xz, zstd, lzma, lzo or legacy lz4",
                packed.size() < 4 ? packed.size() + " bytes" : "first bytes 0x%08x".formatted(packed.i32(0)));
    }

    private byte[] unpackOrRefuse(Bytes packed, int limit) {
        try {
            return unpack(packed, limit);
        } catch (IOException | MalformedInputException | IllegalArgumentException | Bytes.Truncated e) {
            throw new BootImageUnusableException(
                    "kernel payload", "well-formed " + name, String.valueOf(e.getMessage()));
        }
    }

    static InputStream stream(Bytes bytes) {
        return new ByteArrayInputStream(bytes.toArray());
    }
}
