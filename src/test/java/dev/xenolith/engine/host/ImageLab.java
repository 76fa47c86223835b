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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/** A transparent image whose records can be changed, with checksums that are right again afterwards. */
final class ImageLab {

    private static final int TRAILER = 8;

    private final byte[] sound;
    private final Map<Integer, RecordEntry> records = new HashMap<>();

    ImageLab(Path image) throws IOException {
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

    private static void update(CRC32C crc, byte[] bytes, RecordEntry record, int trailer) {
        crc.update(bytes, (int) record.bodyOffset(), (int) record.length() - trailer);
    }

    private static void put(byte[] bytes, RecordEntry record, int crc) {
        int at = (int) (record.bodyOffset() + record.length()) - TRAILER;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, crc);
    }
}
