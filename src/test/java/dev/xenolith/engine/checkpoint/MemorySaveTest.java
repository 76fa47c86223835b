package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.ImageSink;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.RecordName;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.StreamLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory alone, without a guest: pages and what is said of them survive a save and a restore on the same machine. */
class MemorySaveTest {

    private static final int FRAMES = 3000;

    @TempDir
    Path folder;

    private final Machine machine = new Machine(4 * FRAMES);
    private final DomainMemory savedMemory = new DomainMemory(machine, 1, FRAMES);
    private final FrameOwner saved = savedMemory.owner();
    private final FrameView savedView = savedMemory.view();
    private final M2p savedM2p = savedMemory.m2p();
    private final List<Runnable> cleanUp = new ArrayList<>();
    private FileChannel file;

    private record Restored(FrameOwner owner, FrameView view, M2p m2p) {
        static Restored of(DomainMemory memory) {
            return new Restored(memory.owner(), memory.view(), memory.m2p());
        }
    }

    @BeforeEach
    void fillMemory() throws IOException {
        file = FileChannel.open(
                folder.resolve("image"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        for (int i = 0; i < FRAMES; i++) {
            int mfn = i == 7 ? savedMemory.allocateSpecial() : savedMemory.allocate(0);
            if (i % 3 != 0) {
                machine.gate().putLong(mfn, 8 * (i % 512), 0x1234_0000L + i);
            }
            if (i % 5 == 0) {
                savedM2p.set(mfn, FRAMES - i);
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        cleanUp.forEach(Runnable::run);
        file.close();
        savedMemory.destroy();
        machine.close();
    }

    @Test
    void bringsBackEveryPageUnderTheGuestsNumbers() {
        String digest = save();
        Restored restored = restore(2);

        machine.forEachFrame(saved, mfn -> {
            int copy = restored.view().frameOf(mfn);
            assertThat(machine.page(copy).mismatch(machine.page(mfn))).isEqualTo(-1);
            assertThat(restored.m2p().get(mfn)).isEqualTo(savedM2p.get(mfn));
            assertThat(machine.table().has(copy, FrameFlags.SPECIAL))
                    .isEqualTo(machine.table().has(mfn, FrameFlags.SPECIAL));
        });
        assertThat(restored.owner().pages()).isEqualTo(saved.pages());
        assertThat(restored.owner().specialPages()).isEqualTo(saved.specialPages());
        assertThat(digestOf(restored)).isEqualTo(digest);
    }

    @Test
    void readsNoPageBeforeItIsTouched() {
        save();
        Restored restored = restore(2);

        long slots = machine.counters().backedSlots();
        digestOf(restored);

        assertThat(machine.counters().backedSlots()).isEqualTo(slots);
        machine.forEachFrame(
                restored.owner(),
                mfn -> assertThat(machine.backings().describe(mfn)).isIn("image", "zero"));
    }

    @Test
    void letsTwoCopiesLiveSideBySide() {
        save();
        Restored first = restore(2);
        Restored second = restore(3);
        int anyMfn = Machine.FIRST_FRAME + 1;

        machine.gate().putLong(first.view().frameOf(anyMfn), 0, 42);

        assertThat(digestOf(first)).isNotEqualTo(digestOf(second));
        assertThat(machine.page(second.view().frameOf(anyMfn)).mismatch(machine.page(anyMfn)))
                .isEqualTo(-1);
    }

    @Test
    void savesARestoredDomainAsTheSameImage() throws IOException {
        String digest = save();
        Restored restored = restore(2);
        SavedFrames again = new SavedFrames(machine, restored.owner(), restored.view(), restored.m2p());

        try (FileChannel other =
                FileChannel.open(folder.resolve("other"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(write(again, other, Progress.none())).isEqualTo(digest);
        }

        assertThat(folder.resolve("other")).hasSameBinaryContentAs(folder.resolve("image"));
    }

    @Test
    void tellsOneByteApart() {
        String digest = save();
        machine.gate().putByte(Machine.FIRST_FRAME + 1, 4095, (byte) 1);

        assertThat(digestOf(new Restored(saved, savedView, savedM2p))).isNotEqualTo(digest);
    }

    @Test
    void writesPageTablesWithTheirTypeAndPin() {
        int table = Machine.FIRST_FRAME;
        machine.table().setType(table, FrameType.L4, 1);
        machine.table().raise(table, FrameFlags.PINNED);
        save();

        IndexEntry entry = index().entry(0);
        assertThat(entry.type()).isEqualTo(PageType.L4TAB_PIN);
        assertThat(entry.hasData()).isTrue();
        machine.table().setType(table, FrameType.NONE, 0);
    }

    @Test
    void noticesAPageThatChangedInItsImage() throws IOException {
        save();
        IndexEntry victim = index().entry(1);
        file.write(ByteBuffer.wrap(new byte[] {99}), victim.dataOffset() + 100);
        Restored restored = restore(2);

        assertThatExceptionOfType(ImagePageCorruptException.class)
                .isThrownBy(() -> machine.readOffset(restored.view().frameOf(victim.guestMfn())));
    }

    @Test
    void refusesAnIndexWithOneBitChanged() throws IOException {
        save();
        RecordEntry record = indexRecord();
        for (long at : new long[] {0, 9, 40, record.length() - 8}) {
            flip(record.bodyOffset() + at);
            assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(this::index);
            flip(record.bodyOffset() + at);
        }
        index();
    }

    @Test
    void refusesARestoreThatDoesNotFit() {
        save();
        FrameOwner other = machine.createOwner(9);
        while (machine.freeFrames() >= FRAMES) {
            machine.allocate(other, 0);
        }

        assertThatExceptionOfType(InsufficientMemoryException.class).isThrownBy(() -> restore(2));
    }

    @Test
    void endsWhenTheProgressSaysSo() {
        SavedFrames frames = new SavedFrames(machine, saved, savedView, savedM2p);
        Progress impatient = (phase, done, total, unit) -> {
            if (done >= 2048) {
                throw new CancelledException();
            }
        };

        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> write(frames, file, impatient));
    }

    private void flip(long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.read(one, offset);
        one.put(0, (byte) ~one.get(0)).flip();
        file.write(one, offset);
    }

    private String save() {
        return write(new SavedFrames(machine, saved, savedView, savedM2p), file, Progress.none());
    }

    private static String write(SavedFrames frames, FileChannel channel, Progress progress) {
        ImageSink sink = new ImageSink(channel);
        sink.write(ByteBuffer.allocate(8)); // no page may stand at offset 0
        StateDigest digest = new StateDigest();
        new MemorySave(frames, sink, new RecordWriter(sink), digest).write(progress);
        sink.finish();
        return digest.finish();
    }

    private RecordEntry indexRecord() {
        long length = PageIndex.bodyBytes(saved.pages() + saved.specialPages());
        return new RecordEntry(
                StreamLayer.LIBXC,
                LibxcRecord.XENOLITH_PAGE_INDEX,
                RecordName.of(StreamLayer.LIBXC, LibxcRecord.XENOLITH_PAGE_INDEX),
                ImageBytes.of(file).size() - length - 8,
                length);
    }

    private PageIndex index() {
        return PageIndex.open(ImageBytes.of(file), indexRecord(), saved.pages() + saved.specialPages());
    }

    private Restored restore(int domid) {
        PageIndex index = index();
        int source = machine.addSource(new ImagePages(ImageBytes.of(file), index));
        TransparentHeader header = new TransparentHeader(1, 1, 5, "", machine.limit(), 300, index.count(), List.of());
        MemoryContext context = new MemoryContext(FRAMES, 0, true, false, List.of(), List.of(), List.of());
        DomainMemory memory =
                new MemoryRestore(new MemoryRestore.Facts(header, context), index).frames(machine, domid, source);
        cleanUp.add(memory::destroy);
        return Restored.of(memory);
    }

    private String digestOf(Restored domain) {
        StateDigest digest = new StateDigest();
        digest.frames(new SavedFrames(machine, domain.owner(), domain.view(), domain.m2p()));
        return digest.finish();
    }
}
