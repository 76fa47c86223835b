package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.stream.PageType;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a restore knows of each pfn: its type as the stream said it last, the page that has its bytes, its new frame. Kept
 * in chunks of 512, as many as one p2m page holds entries, made when a pfn of theirs is first named: an image may claim
 * more pfns than any host has frames, and costs what it names.
 *
 * <p>As in libxc, a pfn that was never named is a NOTAB without a frame, and one that had a frame keeps it whatever the
 * stream says of it later.
 */
final class PfnTable {

    static final int NO_PAGE = -1;
    static final int NO_FRAME = 0;

    /** Pfns of the largest guest, 1 TiB. */
    static final long PFNS_MAX = 1L << 28;

    static final int CHUNK = 512;

    /** Chunks for pfns that lie apart, beyond those that densely used ones need. */
    private static final long SPARE_CHUNKS = 4096;

    private static final long PFNS_A_CHUNK_AT_LEAST = 64;

    private static final int TYPE = 0xf;
    private static final int POPULATED = 0x10;

    private static final class Chunk {
        private final byte[] states = new byte[CHUNK];
        private final int[] pages = new int[CHUNK];
        private final int[] mfns = new int[CHUNK];
    }

    /** Told of pfns in ascending order. */
    @FunctionalInterface
    interface Visitor {
        void pfn(long pfn);
    }

    private final long framesMax;
    private @Nullable Chunk[] chunks = new @Nullable Chunk[0];
    private long chunksMade;
    private long pfns;
    private long populated;

    /** @param framesMax frames that the domain may have at most */
    PfnTable(long framesMax) {
        this.framesMax = framesMax;
    }

    /** Makes room for pfns up to {@code maxPfn}. */
    void growTo(long maxPfn) {
        if (maxPfn >= PFNS_MAX) {
            throw new ImageIncompatibleException("pfns up to 0x" + Long.toHexString(maxPfn), PFNS_MAX + " pfns");
        }
        if (maxPfn >= pfns) {
            pfns = maxPfn + 1;
            chunks = Arrays.copyOf(chunks, (int) ((pfns + CHUNK - 1) / CHUNK));
        }
    }

    /** One above the highest pfn. */
    long pfns() {
        return pfns;
    }

    boolean contains(long pfn) {
        return pfn >= 0 && pfn < pfns;
    }

    long populated() {
        return populated;
    }

    /** Takes a word of the stream; {@code page} is {@link #NO_PAGE} for a type without bytes. */
    void take(long pfn, PageType type, int page) {
        boolean populates = type != PageType.XTAB && type != PageType.BROKEN;
        if (!populates && chunks[(int) (pfn / CHUNK)] == null) {
            return;
        }
        Chunk chunk = chunkOf(pfn);
        int at = (int) (pfn % CHUNK);
        chunk.states[at] = (byte) ((chunk.states[at] & ~TYPE) | type.code());
        if (page != NO_PAGE) {
            chunk.pages[at] = page + 1;
        }
        if (populates) {
            populate(pfn);
        }
    }

    /** Says that the pfn has a frame. */
    void populate(long pfn) {
        Chunk chunk = chunkOf(pfn);
        int at = (int) (pfn % CHUNK);
        if ((chunk.states[at] & POPULATED) == 0) {
            chunk.states[at] |= POPULATED;
            if (++populated > framesMax) {
                throw new InsufficientMemoryException(populated, framesMax);
            }
        }
    }

    boolean isPopulated(long pfn) {
        Chunk chunk = chunks[(int) (pfn / CHUNK)];
        return chunk != null && (chunk.states[(int) (pfn % CHUNK)] & POPULATED) != 0;
    }

    PageType type(long pfn) {
        Chunk chunk = chunks[(int) (pfn / CHUNK)];
        int code = chunk == null ? 0 : chunk.states[(int) (pfn % CHUNK)] & TYPE;
        return Objects.requireNonNull(PageType.of(code));
    }

    /** Number of the page with the pfn's bytes, or {@link #NO_PAGE}. */
    int page(long pfn) {
        Chunk chunk = chunks[(int) (pfn / CHUNK)];
        return chunk == null ? NO_PAGE : chunk.pages[(int) (pfn % CHUNK)] - 1;
    }

    /** The pfn's frame, or {@link #NO_FRAME}. */
    int mfn(long pfn) {
        Chunk chunk = chunks[(int) (pfn / CHUNK)];
        return chunk == null ? NO_FRAME : chunk.mfns[(int) (pfn % CHUNK)];
    }

    void setMfn(long pfn, int mfn) {
        chunkOf(pfn).mfns[(int) (pfn % CHUNK)] = mfn;
    }

    void forEachPopulated(Visitor visitor) {
        for (int i = 0; i < chunks.length; i++) {
            Chunk chunk = chunks[i];
            for (int at = 0; chunk != null && at < CHUNK; at++) {
                if ((chunk.states[at] & POPULATED) != 0) {
                    visitor.pfn((long) i * CHUNK + at);
                }
            }
        }
    }

    private Chunk chunkOf(long pfn) {
        int index = (int) (pfn / CHUNK);
        Chunk chunk = chunks[index];
        if (chunk == null) {
            if (++chunksMade > SPARE_CHUNKS + populated / PFNS_A_CHUNK_AT_LEAST) {
                throw new ImageIncompatibleException(
                        "pfns that lie apart, in more than " + (chunksMade - 1) + " blocks of " + CHUNK,
                        "guests of " + populated + " pages in fewer");
            }
            chunk = new Chunk();
            chunks[index] = chunk;
        }
        return chunk;
    }
}
