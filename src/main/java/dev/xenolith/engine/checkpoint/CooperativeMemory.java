package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.Progress;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.PageWord;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.StreamLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Writes a suspended guest's memory: PAGE_DATA in batches of Xen's size, each pfn once, ascending. */
final class CooperativeMemory {

    private final CooperativePages pages;
    private final RecordWriter writer;
    private final PageCounts counts = new PageCounts();
    private final int[] mfns = new int[MemorySave.BATCH];
    private final PageType[] types = new PageType[MemorySave.BATCH];
    private final ByteBuffer words = ByteBuffer.allocate(PageData.HEADER_BYTES + MemorySave.BATCH * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);

    CooperativeMemory(CooperativePages pages, RecordWriter writer) {
        this.pages = pages;
        this.writer = writer;
    }

    /** Page counts by kind. */
    Map<String, Long> write(Progress progress) {
        long count = pages.count();
        for (long first = 0; first < count; first += MemorySave.BATCH) {
            progress.report("write", first, count, "pages");
            writeBatch(first, (int) Math.min(MemorySave.BATCH, count - first));
        }
        progress.report("write", count, count, "pages");
        return counts.byKind();
    }

    private void writeBatch(long first, int size) {
        words.clear().putInt(size).putInt(0);
        int pagesOfData = 0;
        for (int i = 0; i < size; i++) {
            mfns[i] = pages.mfn(first + i);
            types[i] = pages.type(mfns[i]);
            words.putLong(PageWord.of(first + i, types[i]));
            pagesOfData += types[i].hasData() ? 1 : 0;
            counts.add(types[i]);
        }
        writer.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, PageData.bodyBytes(size, pagesOfData));
        writer.data(words.flip());
        for (int i = 0; i < size; i++) {
            if (types[i].hasData()) {
                writer.data(pages.bytes(first + i, mfns[i], types[i]));
            }
        }
        writer.end();
    }
}
