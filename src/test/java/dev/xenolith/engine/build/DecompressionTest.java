package dev.xenolith.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.BootImageUnusableException;
import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.airlift.compress.v3.lzo.LzoCompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

class DecompressionTest {

    private static byte[] pack(Decompression format, byte[] plain) {
        return switch (format) {
            case GZIP -> stream(plain, GZIPOutputStream::new);
            case XZ -> stream(plain, out -> new XZOutputStream(out, new LZMA2Options(1)));
            case LZMA -> stream(plain, out -> new LZMAOutputStream(out, new LZMA2Options(1), -1L));
            case ZSTD -> block(ZstdCompressor.create(), plain);
            case LZ4 -> lz4Legacy(plain);
            case LZO -> lzop(plain);
        };
    }

    private interface Packer {
        OutputStream open(OutputStream out) throws IOException;
    }

    private static byte[] stream(byte[] plain, Packer packer) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packer.open(packed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] block(Compressor compressor, byte[] plain) {
        byte[] out = new byte[compressor.maxCompressedLength(plain.length)];
        return Arrays.copyOf(out, compressor.compress(plain, 0, plain.length, out, 0, out.length));
    }

    private static byte[] lz4Legacy(byte[] plain) {
        byte[] block = block(Lz4Compressor.create(), plain);
        return ByteBuffer.allocate(8 + block.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184c2102)
                .putInt(block.length)
                .put(block)
                .array();
    }

    private static byte[] lzop(byte[] plain) {
        byte[] block = block(new LzoCompressor(), plain);
        ByteBuffer file = ByteBuffer.allocate(128 + block.length);
        file.put(new byte[] {(byte) 0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a});
        file.putShort((short) 0x1030).putShort((short) 0x2080).putShort((short) 0x0940);
        file.put((byte) 1).put((byte) 5).putInt(0x03000001);
        file.putInt(0).putInt(0).putInt(0).put((byte) 0).putInt(0);
        file.putInt(plain.length).putInt(block.length).putInt(0).put(block).putInt(0);
        return Arrays.copyOf(file.array(), file.position());
    }

    /** Text-like data with long and overlapping repeats, and some noise. */
    private static byte[] sample() {
        byte[] plain = new byte[300_000];
        Random random = new Random(1);
        for (int i = 0; i < plain.length; ) {
            if (i > 100 && random.nextInt(3) > 0) {
                int distance = 1 + random.nextInt(Math.min(i, 60_000));
                for (int n = random.nextInt(400); n > 0 && i < plain.length; n--, i++) {
                    plain[i] = plain[i - distance];
                }
            } else {
                for (int n = random.nextInt(50); n > 0 && i < plain.length; n--, i++) {
                    plain[i] = (byte) random.nextInt();
                }
            }
        }
        return plain;
    }

    @ParameterizedTest
    @EnumSource
    void unpacksWhatWasPacked(Decompression format) {
        byte[] plain = sample();
        Bytes packed = Bytes.of(pack(format, plain));
        assertThat(Decompression.unpackAny(packed, plain.length)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void refusesABombAtTheLimit(Decompression format) {
        Bytes bomb = Bytes.of(pack(format, new byte[4 << 20]));
        assertThatThrownBy(() -> Decompression.unpackAny(bomb, (4 << 20) - 1))
                .isInstanceOf(BootImageUnusableException.class);
    }

    @ParameterizedTest
    @EnumSource
    void neverFailsOtherwiseThanByRefusing(Decompression format) {
        byte[] packed = pack(format, Arrays.copyOf(sample(), 20_000));
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] bent = random.nextBoolean() ? packed.clone() : Arrays.copyOf(packed, random.nextInt(packed.length));
            for (int j = 0; j < 4 && bent.length > 16; j++) {
                bent[16 + random.nextInt(bent.length - 16)] = (byte) random.nextInt();
            }
            try {
                assertThat(Decompression.unpackAny(Bytes.of(bent), 1 << 20)).hasSizeLessThanOrEqualTo(1 << 20);
            } catch (BootImageUnusableException expected) {
                assertThat(expected).hasMessageContaining("expected");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensABzImageAroundIt(Decompression format) {
        byte[] kernel = KernelFixture.plain().build();
        byte[] packed = pack(format, kernel);
        // gzip's own trailer is the size the others get appended.
        byte[] payload = format == Decompression.GZIP ? Arrays.copyOf(packed, packed.length - 4) : packed;
        byte[] image = KernelFixture.bzImage(payload, kernel.length);
        assertThat(BootImage.read(ByteBuffer.wrap(image)).notes().entry()).isEqualTo(0x100000);
    }
}
