package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.PageWord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the index says of one frame. Types and counts are not believed but made again from the page tables, and then
 * compared.
 *
 * <pre>
 *   0  u64  guest mfn, and the page's type in bits 60 to 63, as in PAGE_DATA
 *   8  u64  pfn: the guest's m2p entry, all ones for none
 *  16  u64  offset of the page's bytes in the image, 0 for a page of zeroes
 *  24  u32  CRC32C of the page's bytes, 0 for a page of zeroes
 *  28  u8   flags: 1 the domain's allocation holds the frame, 2 a frame of Xen's own shared with the guest
 *  29  u8   frame type: 0 none, 1 to 4 page table, 5 segment descriptors, 6 writable
 *  30  u16  reserved
 *  32  u32  type count
 *  36  u32  total count
 * </pre>
 */
record IndexEntry(
        long guestMfn,
        PageType type,
        long pfn,
        long dataOffset,
        int crc32c,
        int flags,
        int frameType,
        int typeCount,
        int totalCount) {

    static final int BYTES = 40;
    static final int FLAGS_OFFSET = 28;
    static final int FLAG_ALLOCATED = 1;
    static final int FLAG_SPECIAL = 2;
    static final int FLAGS_ALL = FLAG_ALLOCATED | FLAG_SPECIAL;

    boolean hasData() {
        return dataOffset != 0;
    }

    boolean allocated() {
        return (flags & FLAG_ALLOCATED) != 0;
    }

    boolean special() {
        return (flags & FLAG_SPECIAL) != 0;
    }

    boolean hasPfn() {
        return pfn != M2p.INVALID;
    }

    /** Whether page type and frame type tell the same story. */
    boolean coherent() {
        return frameType >= 0
                && frameType < FrameType.COUNT
                && type.level() == (FrameType.isPageTable(frameType) ? frameType : 0);
    }

    IndexEntry placed(long newDataOffset, int newCrc32c) {
        return new IndexEntry(guestMfn, type, pfn, newDataOffset, newCrc32c, flags, frameType, typeCount, totalCount);
    }

    void encode(ByteBuffer to) {
        to.putLong(PageWord.of(guestMfn, type))
                .putLong(pfn)
                .putLong(dataOffset)
                .putInt(crc32c)
                .put((byte) flags)
                .put((byte) frameType)
                .putShort((short) 0)
                .putInt(typeCount)
                .putInt(totalCount);
    }

    /** Null for a type that does not exist. */
    static @Nullable IndexEntry decode(ByteBuffer from) {
        long word = from.getLong();
        long pfn = from.getLong();
        long dataOffset = from.getLong();
        int crc32c = from.getInt();
        int flags = Byte.toUnsignedInt(from.get());
        int frameType = Byte.toUnsignedInt(from.get());
        from.getShort();
        int typeCount = from.getInt();
        int totalCount = from.getInt();
        PageType type = PageType.of(PageWord.typeCode(word));
        return type == null
                ? null
                : new IndexEntry(
                        PageWord.pfn(word), type, pfn, dataOffset, crc32c, flags, frameType, typeCount, totalCount);
    }
}
