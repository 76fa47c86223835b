package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.Progress;
import dev.xenolith.engine.stream.ImageSink;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.PageWord;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.StreamLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a paused domain's memory: PAGE_DATA in batches of Xen's size, then the index. The pages pass through the state
 * digest on the way.
 */
final class MemorySave {

    /** As {@code MAX_BATCH_SIZE} in {@code tools/libs/guest/xg_sr_common.h}. */
    static final int BATCH = 1024;

    private final SavedFrames frames;
    private final ImageSink sink;
    private final RecordWriter writer;
    private final StateDigest digest;
    private final PageCounts counts = new PageCounts();
    private final ByteBuffer index;
    private final List<Voucher.Linear> linears = new ArrayList<>();
    private long indexOffset;
    private int indexCrc32c;

    MemorySave(SavedFrames frames, ImageSink sink, RecordWriter writer, StateDigest digest) {
        this.frames = frames;
        this.sink = sink;
        this.writer = writer;
        this.digest = digest;
        this.index = ByteBuffer.allocate(Math.toIntExact(PageIndex.bodyBytes(frames.count())))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    PageCounts counts() {
        return counts;
    }

    /** What a voucher says of the memory, once it is written. */
    Voucher voucher(String sha256, long headerOffset, long contextOffset, int contextCrc32c) {
        Voucher.Binding binding = new Voucher.Binding(
                sha256, sink.position(), headerOffset, indexOffset, contextOffset, indexCrc32c, contextCrc32c);
        ByteBuffer entries = index.slice(PageIndex.HEADER_BYTES, frames.count() * IndexEntry.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        return new Voucher(binding, IndexStretches.of(entries), linears);
    }

    void write(Progress progress) {
        index.putLong(frames.count());
        for (int first = 0; first < frames.count(); first += BATCH) {
            progress.report("write", first, frames.count(), "pages");
            writeBatch(first, Math.min(BATCH, frames.count() - first));
        }
        progress.report("write", frames.count(), frames.count(), "pages");
        writeIndex();
    }

    private void writeBatch(int first, int size) {
        IndexEntry[] entries = new IndexEntry[size];
        ByteBuffer words = ByteBuffer.allocate(PageData.HEADER_BYTES + size * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(size)
                .putInt(0);
        int pagesOfData = 0;
        for (int i = 0; i < size; i++) {
            IndexEntry entry = frames.describe(first + i);
            entries[i] = entry;
            noteLinear(entry, frames.linear(first + i));
            words.putLong(PageWord.of(entry.guestMfn(), entry.type()));
            pagesOfData += entry.type().hasData() ? 1 : 0;
        }
        writer.begin(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA, PageData.bodyBytes(size, pagesOfData));
        writer.data(words.flip());
        for (int i = 0; i < size; i++) {
            writePage(entries[i], frames.mfn(first + i));
        }
        writer.end();
    }

    private void noteLinear(IndexEntry entry, int linear) {
        if (linear != 0) {
            linears.add(new Voucher.Linear(entry.guestMfn(), linear));
        }
    }

    private void writePage(IndexEntry entry, int mfn) {
        counts.add(entry.type());
        if (entry.type() == PageType.XALLOC) {
            entry.encode(index);
            digest.zeroPage(entry);
            return;
        }
        ByteBuffer bytes = frames.reader().bytes(mfn);
        long offset = sink.position();
        writer.data(bytes);
        entry.placed(offset, digest.page(entry, bytes)).encode(index);
    }

    private void writeIndex() {
        CRC32C crc = new CRC32C();
        crc.update(index.duplicate().flip());
        indexCrc32c = (int) crc.getValue();
        index.putInt(indexCrc32c).putInt(0);
        indexOffset = writer.write(StreamLayer.LIBXC, LibxcRecord.XENOLITH_PAGE_INDEX, index.flip());
    }
}
