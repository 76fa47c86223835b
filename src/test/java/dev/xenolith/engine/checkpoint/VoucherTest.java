package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.checkpoint.Voucher.Binding;
import dev.xenolith.engine.checkpoint.Voucher.Linear;
import dev.xenolith.engine.checkpoint.Voucher.Stretch;
import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class VoucherTest {

    private static final Binding BINDING = new Binding("ab".repeat(32), 1000, 100, 700, 800, -5, 6);
    private static final Voucher VOUCHER = new Voucher(
            BINDING,
            List.of(new Stretch(256, 512, 1, -77, true), new Stretch(1000, 3, 0, 78, false)),
            List.of(new Linear(300, 2), new Linear(301, -2)));

    @Test
    void comesBackAsItWas() {
        assertThat(Voucher.decode(VOUCHER.encode())).isEqualTo(VOUCHER);
    }

    @Test
    void isNoneWithAnyBitFlipped() {
        byte[] bytes = VOUCHER.encode();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertThat(Voucher.decode(flipped)).as("bit %d", bit).isNull();
        }
    }

    @Test
    void isNoneOfAnyOtherLength() {
        byte[] bytes = VOUCHER.encode();
        for (int length = 0; length < bytes.length + 40; length++) {
            if (length != bytes.length) {
                assertThat(Voucher.decode(Arrays.copyOf(bytes, length)))
                        .as("%d bytes", length)
                        .isNull();
            }
        }
    }

    @Test
    void isNoneWithCountsThatItHasNoRoomFor() {
        for (int count : new int[] {-1, 3, 1 << 27, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(Voucher.decode(sealed(VOUCHER.encode(), 88, count))).isNull();
            assertThat(Voucher.decode(sealed(VOUCHER.encode(), 92, count))).isNull();
        }
    }

    @Test
    void isNoneOfAnotherVersion() {
        assertThat(Voucher.decode(sealed(VOUCHER.encode(), 8, 2))).isNull();
        assertThat(Voucher.decode(sealed(VOUCHER.encode(), 12, TransparentHeader.VERSION - 1)))
                .isNull();
        assertThat(Voucher.decode(sealed(VOUCHER.encode(), 12, TransparentHeader.VERSION)))
                .isEqualTo(VOUCHER);
    }

    private static byte[] sealed(byte[] bytes, int at, int value) {
        ByteBuffer buffer =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        buffer.putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void isCompleteForTheHeaderWhoseFramesItTells() {
        assertThat(VOUCHER.isComplete(header(515, 1003))).isTrue();
        assertThat(VOUCHER.isComplete(header(514, 1003))).isFalse();
        assertThat(VOUCHER.isComplete(header(516, 1003))).isFalse();
        assertThat(VOUCHER.isComplete(header(515, 1002))).isFalse();
    }

    @Test
    void isNotCompleteWhereStretchesAreNone() {
        assertThat(of(new Stretch(256, 512, 0, 0, true), new Stretch(767, 1, 0, 0, false)))
                .isFalse();
        assertThat(of(new Stretch(768, 1, 0, 0, false), new Stretch(256, 512, 0, 0, true)))
                .isFalse();
        assertThat(of(new Stretch(256, 513, 0, 0, false))).isFalse();
        assertThat(of(new Stretch(256, 511, 0, 0, true))).isFalse();
        assertThat(of(new Stretch(256, 513, 0, 0, false), new Stretch(1000, 0, 0, 0, false)))
                .isFalse();
        assertThat(of(new Stretch(-1, 512, 0, 0, false), new Stretch(1000, 1, 0, 0, false)))
                .isFalse();
        assertThat(of(new Stretch(256, 512, 0, 0, false), new Stretch(768, 1, 0, 0, false)))
                .isTrue();
    }

    private static boolean of(Stretch... stretches) {
        return new Voucher(BINDING, List.of(stretches), List.of()).isComplete(header(513, 5000));
    }

    private static TransparentHeader header(long frames, long limit) {
        return new TransparentHeader(TransparentHeader.VERSION, 1, 1, "", limit, 0, frames, List.of());
    }

    // --- how an index is cut

    @Test
    void hasABlockWherever512NumbersFollowEachOther() {
        assertThat(cut(LongStream.range(256, 256 + 1024))).containsExactly("256+512 block", "768+512 block");
        assertThat(cut(LongStream.range(256, 256 + 1023))).containsExactly("256+512 block", "768+511");
        assertThat(cut(LongStream.range(256, 256 + 511))).containsExactly("256+511");
    }

    @Test
    void hasWhatIsBetweenBlocksInPieces() {
        assertThat(cut(LongStream.concat(LongStream.of(3, 7), LongStream.range(100, 612))))
                .containsExactly("3+2", "100+512 block");
        assertThat(cut(LongStream.concat(LongStream.range(100, 612), LongStream.range(613, 1125))))
                .containsExactly("100+512 block", "613+512 block");
        assertThat(cut(LongStream.range(0, 1100).map(i -> 2 * i))).containsExactly("0+512", "1024+512", "2048+76");
    }

    private static List<String> cut(LongStream guestMfns) {
        long[] all = guestMfns.toArray();
        ByteBuffer entries = ByteBuffer.allocate(all.length * IndexEntry.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long guestMfn : all) {
            int flags = guestMfn % 100 == 0 ? IndexEntry.FLAG_SPECIAL : IndexEntry.FLAG_ALLOCATED;
            new IndexEntry(guestMfn, PageType.XALLOC, 1, 0, 0, flags, 0, 0, 1).encode(entries);
        }
        List<Stretch> stretches = IndexStretches.of(entries.flip());
        int position = 0;
        for (Stretch stretch : stretches) {
            CRC32C crc = new CRC32C();
            crc.update(entries.slice(position * IndexEntry.BYTES, stretch.count() * IndexEntry.BYTES));
            assertThat(stretch.crc32c()).isEqualTo((int) crc.getValue());
            assertThat((long) stretch.special())
                    .isEqualTo(Arrays.stream(all, position, position + stretch.count())
                            .filter(guestMfn -> guestMfn % 100 == 0)
                            .count());
            position += stretch.count();
        }
        assertThat(position).isEqualTo(all.length);
        return stretches.stream()
                .map(stretch -> stretch.guestMfn() + "+" + stretch.count() + (stretch.isBlock() ? " block" : ""))
                .toList();
    }
}
