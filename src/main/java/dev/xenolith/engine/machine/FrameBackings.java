package dev.xenolith.engine.machine;

import dev.xenolith.engine.abi.PageSize;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Moves frames between the zero page, image pages, shared slots and slots of their own. The slow side of the gate. */
public final class FrameBackings {

    /** Names for people ({@code FrameSnapshot.backing}). */
    public static final String ZERO = "zero";

    public static final String RAM = "ram";
    public static final String SHARED = "shared";
    public static final String IMAGE = "image";

    private final HostRam ram;
    private final FrameTable table;
    private final List<@Nullable PageSource> sources = new ArrayList<>();

    FrameBackings(HostRam ram, FrameTable table) {
        this.ram = ram;
        this.table = table;
    }

    public String describe(int mfn) {
        long backing = table.backing(mfn);
        if (Backing.isImage(backing)) {
            return IMAGE;
        }
        if (backing == Backing.ZERO) {
            return ZERO;
        }
        return ram.isShared((int) backing) ? SHARED : RAM;
    }

    public boolean isZero(int mfn) {
        return table.backing(mfn) == Backing.ZERO;
    }

    public boolean isImage(int mfn) {
        return Backing.isImage(table.backing(mfn));
    }

    /** The page of its source behind a frame of which {@link #isImage} is true. */
    public long imagePage(int mfn) {
        return Backing.page(table.backing(mfn));
    }

    public int imageSource(int mfn) {
        return Backing.source(table.backing(mfn));
    }

    /** Copies the bytes of a frame that is still in its image, checked, and leaves the frame as it is. */
    public void peek(int mfn, MemorySegment into) {
        long backing = table.backing(mfn);
        fill(mfn, source(Backing.source(backing)), Backing.page(backing), into);
    }

    /** Backs a fresh frame by a page of an image; it counts as clean until written. */
    public void setImagePage(int mfn, int source, long page) {
        requireZero(mfn);
        table.setBacking(mfn, Backing.image(source, page));
        table.lower(mfn, FrameFlags.DIRTY);
    }

    /**
     * Makes {@code to}, a fresh frame of any domain, hold the same bytes as {@code from} without copying them.
     * {@code from} loses its right to be written in place, so its owner's write entries go, too.
     */
    public void share(int from, int to, FrameListener fromListener) {
        requireZero(to);
        long backing = table.backing(from);
        if (!Backing.isImage(backing) && backing != Backing.ZERO) {
            ram.share((int) backing);
            losePrivate(from, backing);
            table.lower(from, FrameFlags.CACHED);
            fromListener.dropTlbEntries(from);
        }
        table.setBacking(to, backing);
    }

    synchronized int addSource(PageSource source) {
        for (int id = 0; id < sources.size(); id++) {
            if (sources.get(id) == null) {
                sources.set(id, source);
                return id;
            }
        }
        if (sources.size() == Backing.MAX_SOURCES) {
            throw new IllegalStateException("image sources: expected at most " + Backing.MAX_SOURCES);
        }
        sources.add(source);
        return sources.size() - 1;
    }

    /** The caller has freed every frame that it backs. */
    synchronized void removeSource(int id) {
        sources.set(id, null);
    }

    private synchronized PageSource source(int id) {
        PageSource source = sources.get(id);
        if (source == null) {
            throw new IllegalStateException("image source " + id + ": expected a registered one");
        }
        return source;
    }

    /** Brings an image page in; returns its slot. The frame is then private but still clean. */
    long load(int mfn) {
        long backing = table.backing(mfn);
        PageSource source = source(Backing.source(backing));
        long page = Backing.page(backing);
        int slot = ram.take();
        try {
            fill(mfn, source, page, ram.page(slot));
        } catch (RuntimeException e) {
            ram.release(slot);
            throw e;
        }
        table.setBacking(mfn, slot);
        gainPrivate(mfn, slot);
        return slot;
    }

    private static void fill(int mfn, PageSource source, long page, MemorySegment into) {
        try {
            source.load(page, into);
        } catch (RuntimeException e) {
            throw new ImagePageCorruptException(mfn, "image page " + page + ": cannot be read", e);
        }
        int expected = source.crc32c(page);
        int got = crc32c(into);
        if (got != expected) {
            throw new ImagePageCorruptException(
                    mfn,
                    "image page " + page + ": expected CRC32C 0x" + Integer.toHexString(expected) + ", got 0x"
                            + Integer.toHexString(got));
        }
    }

    public static int crc32c(MemorySegment page) {
        CRC32C crc = new CRC32C();
        crc.update(page.asByteBuffer());
        return (int) crc.getValue();
    }

    /** Gives the frame a slot of its own with the bytes it has now; returns the slot. */
    long makePrivate(int mfn, FrameListener listener) {
        long backing = table.backing(mfn);
        if (Backing.isImage(backing)) {
            return load(mfn);
        }
        if (backing == Backing.ZERO) {
            int slot = ram.take();
            move(mfn, backing, slot, listener);
            return slot;
        }
        if (!ram.isShared((int) backing)) {
            // While it was shared nobody kept account of code decoded from it.
            listener.codeChanged(mfn);
            gainPrivate(mfn, (int) backing);
            return backing;
        }
        int slot = ram.take();
        ram.page(slot).copyFrom(ram.page((int) backing));
        move(mfn, backing, slot, listener);
        ram.release((int) backing);
        return slot;
    }

    /** Gives a fresh frame the bytes of another, in host memory of its own; the other has none left. */
    void handOver(int from, int to) {
        long backing = table.backing(from);
        if (Backing.isImage(backing) || backing == Backing.ZERO) {
            table.setBacking(to, backing);
            table.setBacking(from, Backing.ZERO);
            return;
        }
        int slot = ram.take();
        ram.page(slot).copyFrom(ram.page((int) backing));
        table.setBacking(to, slot);
        gainPrivate(to, slot);
        drop(from);
    }

    /** Makes the frame all zeros by letting go of what it held. */
    void zero(int mfn, FrameListener listener) {
        long backing = table.backing(mfn);
        if (backing == Backing.ZERO) {
            return;
        }
        drop(mfn);
        if (!Backing.isImage(backing)) {
            notifyMove(mfn, backing, listener);
        }
    }

    void drop(int mfn) {
        long backing = table.backing(mfn);
        table.setBacking(mfn, Backing.ZERO);
        if (table.has(mfn, FrameFlags.PRIVATE)) {
            losePrivate(mfn, backing);
        }
        if (!Backing.isImage(backing) && backing != Backing.ZERO) {
            ram.release((int) backing);
        }
    }

    private void move(int mfn, long from, int to, FrameListener listener) {
        table.setBacking(mfn, to);
        gainPrivate(mfn, to);
        notifyMove(mfn, from, listener);
    }

    private void gainPrivate(int mfn, int slot) {
        table.raise(mfn, FrameFlags.PRIVATE);
        ram.setUser(slot, mfn);
    }

    private void losePrivate(int mfn, long backing) {
        table.lower(mfn, FrameFlags.PRIVATE);
        ram.setUser((int) backing, 0);
    }

    private void notifyMove(int mfn, long oldBacking, FrameListener listener) {
        if (table.has(mfn, FrameFlags.CACHED)) {
            table.lower(mfn, FrameFlags.CACHED);
            listener.backingMoved(mfn, oldBacking << PageSize.SHIFT);
        }
    }

    private void requireZero(int mfn) {
        if (table.backing(mfn) != Backing.ZERO) {
            throw new IllegalStateException(
                    "backing of mfn 0x" + Integer.toHexString(mfn) + ": expected zero, got " + describe(mfn));
        }
    }
}
