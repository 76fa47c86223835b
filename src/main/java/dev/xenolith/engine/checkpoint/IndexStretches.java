package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.machine.FrameRecords;
import dev.xenolith.engine.stream.PageWord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Cuts a page index into stretches, front to back: a block wherever 512 guest mfns follow each other, and between the
 * blocks as much as comes, up to as many.
 */
final class IndexStretches {

    private static final int BLOCK = FrameRecords.BLOCK;

    private final ByteBuffer entries;
    private final int count;
    private final List<Voucher.Stretch> stretches = new ArrayList<>();

    /** @param entries of a page index, from the first to the last */
    private IndexStretches(ByteBuffer entries) {
        this.entries = entries;
        this.count = entries.remaining() / IndexEntry.BYTES;
    }

    static List<Voucher.Stretch> of(ByteBuffer entries) {
        IndexStretches cut = new IndexStretches(entries);
        cut.run();
        return cut.stretches;
    }

    private void run() {
        int loose = 0;
        int at = 0;
        while (at < count) {
            if (isBlock(at)) {
                add(loose, at - loose, false);
                add(at, BLOCK, true);
                at += BLOCK;
                loose = at;
            } else if (++at - loose == BLOCK) {
                add(loose, BLOCK, false);
                loose = at;
            }
        }
        add(loose, at - loose, false);
    }

    private boolean isBlock(int first) {
        int last = first + BLOCK - 1;
        return last < count && guestMfn(last) - guestMfn(first) == BLOCK - 1;
    }

    private void add(int first, int some, boolean isBlock) {
        if (some == 0) {
            return;
        }
        int special = 0;
        for (int i = first; i < first + some; i++) {
            special += (entries.get(at(i) + IndexEntry.FLAGS_OFFSET) & IndexEntry.FLAG_SPECIAL) != 0 ? 1 : 0;
        }
        CRC32C crc = new CRC32C();
        crc.update(entries.slice(at(first), some * IndexEntry.BYTES));
        stretches.add(new Voucher.Stretch(guestMfn(first), some, special, (int) crc.getValue(), isBlock));
    }

    private long guestMfn(int index) {
        return PageWord.pfn(entries.getLong(at(index)));
    }

    private int at(int index) {
        return entries.position() + index * IndexEntry.BYTES;
    }
}
