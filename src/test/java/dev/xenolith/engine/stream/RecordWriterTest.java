package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RecordWriterTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ImageSink sink = new ImageSink(Channels.newChannel(bytes));
    private final RecordWriter writer = new RecordWriter(sink);

    @Test
    void writesTypeLengthBodyAndPadding() {
        writer.write(StreamLayer.LIBXC, LibxcRecord.X86_TSC_INFO, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        sink.finish();

        assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
                .isEqualTo("08000000" + "03000000" + "0102030000000000");
    }

    @Test
    void writesARecordInStages() {
        long offset = writer.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, 16);
        writer.data(ByteBuffer.wrap(new byte[9]));
        writer.data(ByteBuffer.wrap(new byte[7]));
        writer.end();

        assertThat(offset).isZero();
        assertThat(sink.position()).isEqualTo(24);
    }

    @Test
    void refusesMoreOrLessDataThanAnnounced() {
        writer.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, 2);
        writer.data(ByteBuffer.wrap(new byte[1]));

        assertThatIllegalStateException()
                .isThrownBy(() -> writer.data(ByteBuffer.wrap(new byte[2])))
                .withMessage("PAGE_DATA: announced 2 bytes, got 1 more");
        assertThatIllegalStateException()
                .isThrownBy(writer::end)
                .withMessage("PAGE_DATA: announced 2 bytes, got 1 fewer");
    }

    @Test
    void refusesARecordInsideARecordAndDataOutsideOfAny() {
        assertThatIllegalStateException().isThrownBy(() -> writer.data(ByteBuffer.allocate(1)));
        assertThatIllegalStateException().isThrownBy(writer::end);
        writer.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, 2);

        assertThatIllegalStateException()
                .isThrownBy(() -> writer.begin(StreamLayer.LIBXC, LibxcRecord.END, 0))
                .withMessage("END begun inside PAGE_DATA");
    }

    @Test
    void refusesABodyThatNoReaderWouldTake() {
        writer.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, StreamLimits.RECORD_LENGTH_MAX);

        RecordWriter another = new RecordWriter(sink);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        another.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, StreamLimits.RECORD_LENGTH_MAX + 1));
    }

    @Test
    void countsAndDigestsSmallAndLargePiecesInOrder() throws Exception {
        byte[] large = new byte[300_000];
        java.util.Arrays.fill(large, (byte) 7);
        sink.write(ByteBuffer.wrap(new byte[] {1}));
        sink.write(ByteBuffer.wrap(large));
        sink.write(ByteBuffer.wrap(new byte[] {2}));
        String digest = sink.finish();

        assertThat(sink.position()).isEqualTo(300_002);
        assertThat(bytes.toByteArray()).hasSize(300_002).startsWith(1, 7).endsWith(7, 2);
        assertThat(digest)
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray())));
    }
}
