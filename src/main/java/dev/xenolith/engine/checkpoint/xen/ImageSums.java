package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.StreamRules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Checksums of an image in Xen's format, made when it is taken in, kept beside it and never part of it.
 *
 * <pre>
 *    0  u32  magic "XSUM"
 *    4  u32  version
 *    8  u64  size of the image
 *   16  u32  pages with bytes
 *   20  u32  CRC32C of everything else in the image, in its order
 *   24  u32  CRC32C of each page, in the order of the stream
 *       u32  CRC32C of all before
 * </pre>
 *
 * A restore compares all but the pages at once, and each page when it is needed.
 */
public final class ImageSums {

    static final int MAGIC = 0x4d555358;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 24;

    private static final String NAME = "CHECKSUMS";
    private static final int COUNT = 16;
    private static final int CHUNK_PAGES = 256;

    private ImageSums() {}

    /** Reads the whole image once. */
    public static byte[] compute(FileChannel channel, Progress progress) {
        ImageBytes image = ImageBytes.of(channel);
        DataPages pages = pages(image);
        ByteBuffer sums = ByteBuffer.allocate(HEADER_BYTES + Integer.BYTES * (pages.count() + 1))
                .order(ByteOrder.LITTLE_ENDIAN);
        sums.putInt(MAGIC).putInt(VERSION).putLong(image.size()).putInt(pages.count());
        sums.putInt(ofAllButPages(image, pages));
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_PAGES * PageSize.BYTES);
        CRC32C crc = new CRC32C();
        pages.forEachRun((first, count, offset) -> {
            for (int done = 0; done < count; done += CHUNK_PAGES) {
                int some = Math.min(CHUNK_PAGES, count - done);
                chunk.clear().limit(some * PageSize.BYTES);
                image.read(PageData.NAME, offset + (long) done * PageSize.BYTES, chunk);
                for (int page = 0; page < some; page++) {
                    crc.reset();
                    crc.update(chunk.limit((page + 1) * PageSize.BYTES).position(page * PageSize.BYTES));
                    sums.putInt((int) crc.getValue());
                }
                progress.report("checksums", first + done, pages.count(), "pages");
            }
        });
        crc.reset();
        crc.update(sums.array(), 0, sums.position());
        sums.putInt((int) crc.getValue());
        return sums.array();
    }

    /** The sums of an image's pages, after everything else in it was compared. */
    static PageSums check(byte[] checksums, XenImage image) {
        ByteBuffer sums = ByteBuffer.wrap(checksums).order(ByteOrder.LITTLE_ENDIAN);
        int count = image.pages().count();
        require(checksums.length >= HEADER_BYTES + Integer.BYTES, 0, "at least a header", checksums.length + " bytes");
        require(sums.getInt(0) == MAGIC, 0, Damage.hex(MAGIC), Damage.hex(sums.getInt(0)));
        require(sums.getInt(4) == VERSION, 4, "version " + VERSION, sums.getInt(4));
        int last = checksums.length - Integer.BYTES;
        CRC32C crc = new CRC32C();
        crc.update(checksums, 0, last);
        require((int) crc.getValue() == sums.getInt(last), last, "its own CRC32C", "another");
        long size = image.bytes().size();
        if (size != sums.getLong(8)) {
            throw changed(Math.min(size, sums.getLong(8)), sums.getLong(8) + " bytes", size + " bytes");
        }
        int rest = ofAllButPages(image.bytes(), image.pages());
        if (rest != sums.getInt(20) || count != sums.getInt(COUNT)) {
            throw changed(0, "the records that were taken in", "others: the file was changed");
        }
        require(last == HEADER_BYTES + Integer.BYTES * count, COUNT, "sums of " + count + " pages", checksums.length);
        return PageSums.known(sums.slice(HEADER_BYTES, Integer.BYTES * count).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The pages that a restore would load, as {@link XenImage} numbers them. */
    private static DataPages pages(ImageBytes image) {
        DataPages pages = new DataPages();
        StreamRules rules = new StreamRules();
        StreamRecords records = new StreamRecords(image);
        for (RecordEntry record = records.next(); record != null; record = records.next()) {
            rules.check(record, image);
            if (record.is(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA) && !rules.verifying()) {
                PageData.read(image, record, (pfn, type, offset) -> {
                    if (offset >= 0) {
                        pages.add(offset);
                    }
                });
            }
        }
        return pages;
    }

    private static int ofAllButPages(ImageBytes image, DataPages pages) {
        RestSum rest = new RestSum(image);
        pages.forEachRun((first, count, offset) -> rest.skip(offset, (long) count * PageSize.BYTES));
        rest.skip(image.size(), 0);
        return rest.value();
    }

    private static void require(boolean holds, long offset, String expected, Object got) {
        if (!holds) {
            throw new ImageCorruptException(NAME, offset, expected, String.valueOf(got));
        }
    }

    private static ImageCorruptException changed(long offset, String expected, String got) {
        return new ImageCorruptException("IMAGE", offset, expected, got);
    }

    /** The sum over what lies between runs of pages. */
    private static final class RestSum {
        private static final int WINDOW = 64 << 10;

        private final ImageBytes image;
        private final CRC32C crc = new CRC32C();
        private long at;

        RestSum(ImageBytes image) {
            this.image = image;
        }

        void skip(long offset, long length) {
            while (at < offset) {
                int some = (int) Math.min(WINDOW, offset - at);
                crc.update(image.read("IMAGE", at, some));
                at += some;
            }
            at = offset + length;
        }

        int value() {
            return (int) crc.getValue();
        }
    }
}
