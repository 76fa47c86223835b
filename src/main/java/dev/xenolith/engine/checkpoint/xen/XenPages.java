package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.FrameBackings;
import dev.xenolith.engine.machine.PageSource;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.PageData;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** The pages of an image of Xen's, by number, for frames that nobody has touched yet. */
final class XenPages implements PageSource {

    private final ImageBytes image;
    private final DataPages pages;
    private final PageSums sums;

    XenPages(ImageBytes image, DataPages pages, PageSums sums) {
        this.image = image;
        this.pages = pages;
        this.sums = sums;
    }

    @Override
    public void load(long page, MemorySegment into) {
        MemorySegment bytes = into.asSlice(0, PageSize.BYTES);
        image.read(PageData.NAME, pages.offset((int) page), bytes.asByteBuffer());
        sums.learn((int) page, bytes);
    }

    @Override
    public int crc32c(long page) {
        return sums.of((int) page);
    }

    /** A page that is needed now, checked like those that are loaded later. */
    void read(int page, MemorySegment into) {
        load(page, into);
        int got = FrameBackings.crc32c(into.asSlice(0, PageSize.BYTES));
        if (got != sums.of(page)) {
            throw Damage.of(
                    PageData.NAME,
                    pages.offset(page),
                    "CRC32C 0x" + Integer.toHexString(sums.of(page)),
                    "0x" + Integer.toHexString(got));
        }
    }

    void read(int page, byte[] into) {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, PageSize.BYTES);
        read(page, MemorySegment.ofBuffer(buffer));
    }
}
