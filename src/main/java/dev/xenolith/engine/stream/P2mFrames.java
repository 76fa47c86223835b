package dev.xenolith.engine.stream;

import dev.xenolith.engine.abi.PageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * X86_PV_P2M_FRAMES: which pages of the guest hold its p2m for the pfns from start to end, both included.
 *
 * <pre>
 *   0  u32  p2m_start_pfn
 *   4  u32  p2m_end_pfn
 *   8  u64  p2m_pfn[], one for each p2m page that holds an entry of the range (512 entries to a page)
 * </pre>
 */
public record P2mFrames(long startPfn, long endPfn, long[] p2mPfns) {

    public static final String NAME = "X86_PV_P2M_FRAMES";
    public static final int HEADER_BYTES = 8;
    public static final int ENTRIES_PER_FRAME = PageSize.BYTES / Long.BYTES;

    static long frames(long startPfn, long endPfn) {
        return endPfn / ENTRIES_PER_FRAME - startPfn / ENTRIES_PER_FRAME + 1;
    }

    public ByteBuffer encode() {
        ByteBuffer body = ByteBuffer.allocate(HEADER_BYTES + p2mPfns.length * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) startPfn)
                .putInt((int) endPfn);
        body.asLongBuffer().put(p2mPfns);
        return body.clear();
    }

    /** Reads only the range, after checking that the record is as long as the range asks. */
    public static P2mFrames decodeRange(ImageBytes image, RecordEntry record) {
        long offset = record.offset();
        Expect.atLeast(NAME, offset, HEADER_BYTES, record.length());
        ByteBuffer range = image.read(NAME, record.bodyOffset(), HEADER_BYTES);
        long start = Integer.toUnsignedLong(range.getInt());
        long end = Integer.toUnsignedLong(range.getInt());
        Expect.that(
                start <= end,
                NAME,
                record.bodyOffset(),
                "an end pfn of at least " + Expect.hex(start),
                Expect.hex(end));
        Expect.length(NAME, offset, HEADER_BYTES + Long.BYTES * frames(start, end), record.length());
        return new P2mFrames(start, end, new long[0]);
    }

    public static P2mFrames decode(ImageBytes image, RecordEntry record) {
        P2mFrames range = decodeRange(image, record);
        int frames = (int) frames(range.startPfn, range.endPfn);
        long[] pfns = new long[frames];
        image.read(NAME, record.bodyOffset() + HEADER_BYTES, frames * Long.BYTES)
                .asLongBuffer()
                .get(pfns);
        return new P2mFrames(range.startPfn, range.endPfn, pfns);
    }
}
