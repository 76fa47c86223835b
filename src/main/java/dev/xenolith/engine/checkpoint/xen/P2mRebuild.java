package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Writes the new p2m over the one in the guest's pages, which the stream lists whichever way the guest publishes them:
 * by address, by frame lists, or both ({@code update_guest_p2m}). What lies behind the last entry stays as it was.
 */
final class P2mRebuild {

    private static final long INVALID = -1;

    private final XenImage image;
    private final PfnTable pfns;
    private final DomainMemory memory;
    private final byte[] page = new byte[PageSize.BYTES];
    private final ByteBuffer entries = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);

    P2mRebuild(XenImage image, DomainMemory memory) {
        this.image = image;
        this.pfns = image.pfns();
        this.memory = memory;
    }

    /** No table is validated yet, so no page of the p2m can be one. */
    void run() {
        long[] p2m = image.p2mPfns();
        for (int i = 0; i < p2m.length; i++) {
            write(frame(p2m[i], i), (long) i * PfnTable.CHUNK);
        }
    }

    private int frame(long pfn, int index) {
        require(image, pfn, index);
        return pfns.mfn(pfn);
    }

    private static void require(XenImage image, long pfn, int index) {
        PfnTable pfns = image.pfns();
        boolean known = pfns.contains(pfn) && pfns.isPopulated(pfn);
        Damage.require(
                known, image.p2mRecord(), "p2m page " + index + " in a page that was sent", "pfn " + Damage.hex(pfn));
        PageType type = pfns.type(pfn);
        Damage.require(
                type == PageType.NOTAB,
                image.p2mRecord(),
                "p2m page " + index + " in an ordinary page",
                "pfn " + Damage.hex(pfn) + " of type " + type);
    }

    /** Tells of the first page of the p2m that cannot be one, without a domain. */
    static void check(XenImage image, Consumer<ImageCorruptException> damage) {
        long[] p2m = image.p2mPfns();
        try {
            for (int i = 0; i < p2m.length; i++) {
                require(image, p2m[i], i);
            }
        } catch (ImageCorruptException e) {
            damage.accept(e);
        }
    }

    private void write(int mfn, long first) {
        int count = (int) Math.min(PfnTable.CHUNK, pfns.pfns() - first);
        for (int i = 0; i < count; i++) {
            int frame = pfns.mfn(first + i);
            entries.putLong(
                    i << 3, frame == PfnTable.NO_FRAME ? INVALID : memory.view().guestMfnOf(frame));
        }
        if (count == PfnTable.CHUNK) {
            // Nothing of the old page is needed, so it is not read first.
            memory.machine().gate().zero(mfn);
        }
        memory.write(mfn, 0, page, 0, count << 3);
    }
}
