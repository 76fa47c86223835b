package dev.xenolith.engine.host;

import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/** A transparent image whose records can be changed, with checksums that are right again afterwards. */
public final class ImageLab {

    private static final int TRAILER = 8;

    private final byte[] sound;
    private final Map<Integer, RecordEntry> records = new HashMap<>();

    public ImageLab(Path image) throws IOException {
        sound = Files.readAllBytes(image);
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            StreamRecords walk = new StreamRecords(ImageBytes.of(channel));
            for (RecordEntry record = walk.next(); record != null; record = walk.next()) {
                if (record.layer() == StreamLayer.LIBXC && !record.isHeader()) {
                    records.put(record.type(), record);
                }
            }
        }
    }

    RecordEntry record(int type) {
        return Objects.requireNonNull(records.get(type));
    }

    byte[] copy() {
        return sound.clone();
    }

    void sealAgain(byte[] bytes) {
        RecordEntry index = record(LibxcRecord.XENOLITH_PAGE_INDEX);
        RecordEntry header = record(LibxcRecord.XENOLITH_TRANSPARENT);
        RecordEntry context = record(LibxcRecord.XENOLITH_DOMAIN_CONTEXT);
        CRC32C crc = new CRC32C();
        update(crc, bytes, index, TRAILER);
        put(bytes, index, (int) crc.getValue());
        crc.reset();
        update(crc, bytes, header, 0);
        update(crc, bytes, context, TRAILER);
        put(bytes, context, (int) crc.getValue());
    }

    /** The image as if it had been made so much earlier. */
    public byte[] older(Duration age) {
        byte[] bytes = copy();
        RecordEntry context = record(LibxcRecord.XENOLITH_DOMAIN_CONTEXT);
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int found = 0;
        for (long at = context.bodyOffset(); at <= context.bodyOffset() + context.length() - Long.BYTES; at++) {
            long word = words.getLong((int) at);
            if (isDateOfToday(word)) {
                words.putLong((int) at, word - age.toNanos());
                found++;
            }
        }
        if (found != 1) {
            throw new AssertionError("expected one date in the domain context, got " + found);
        }
        sealAgain(bytes);
        return bytes;
    }

    private static boolean isDateOfToday(long nanos) {
        long millis = nanos / 1_000_000;
        long now = System.currentTimeMillis();
        return nanos % 1_000_000 == 0
                && millis <= now
                && millis > now - Duration.ofDays(1).toMillis();
    }

    private static void update(CRC32C crc, byte[] bytes, RecordEntry record, int trailer) {
        crc.update(bytes, (int) record.bodyOffset(), (int) record.length() - trailer);
    }

    private static void put(byte[] bytes, RecordEntry record, int crc) {
        int at = (int) (record.bodyOffset() + record.length()) - TRAILER;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, crc);
    }
}
