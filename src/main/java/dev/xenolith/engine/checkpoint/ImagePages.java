package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.PageSource;
import dev.xenolith.engine.stream.ImageBytes;
import java.lang.foreign.MemorySegment;

/**
 * The pages of an image, for frames that nobody has touched yet. A page's number is its place in the index, and the
 * index stays in the file: a restored domain costs no heap for it.
 */
final class ImagePages implements PageSource {

    private final ImageBytes image;
    private final PageIndex index;

    ImagePages(ImageBytes image, PageIndex index) {
        this.image = image;
        this.index = index;
    }

    @Override
    public void load(long page, MemorySegment into) {
        image.read(
                "PAGE_DATA",
                index.entry(page).dataOffset(),
                into.asSlice(0, PageSize.BYTES).asByteBuffer());
    }

    @Override
    public int crc32c(long page) {
        return index.entry(page).crc32c();
    }
}
