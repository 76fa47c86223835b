package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageBackingTest {

    /** Page n is full of the byte n. */
    private static final class PatternSource implements PageSource {

        int loads;
        boolean lying;
        boolean unreadable;

        @Override
        public void load(long page, MemorySegment into) {
            if (unreadable) {
                throw new UncheckedIOException(new java.io.IOException("gone"));
            }
            loads++;
            into.fill((byte) page);
        }

        @Override
        public int crc32c(long page) {
            try (Arena arena = Arena.ofConfined()) {
                return FrameBackings.crc32c(arena.allocate(4096).fill((byte) (lying ? page + 1 : page)));
            }
        }
    }

    private final Machine machine = new Machine(64);
    private final FrameOwner owner = machine.createOwner(1);
    private final PatternSource source = new PatternSource();
    private final int sourceId = machine.addSource(source);

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void loadsAPageAtItsFirstTouchOnly() {
        int mfn = machine.allocate(owner, 0);
        machine.backings().setImagePage(mfn, sourceId, 5);
        assertThat(source.loads).isZero();
        assertThat(machine.backings().describe(mfn)).isEqualTo(FrameBackings.IMAGE);
        assertThat(readByte(mfn)).isEqualTo((byte) 5);
        assertThat(readByte(mfn)).isEqualTo((byte) 5);
        assertThat(source.loads).isEqualTo(1);
    }

    @Test
    void countsALoadedPageAsCleanUntilItIsWritten() {
        int mfn = machine.allocate(owner, 0);
        machine.backings().setImagePage(mfn, sourceId, 5);
        readByte(mfn);
        assertThat(machine.table().has(mfn, FrameFlags.DIRTY)).isFalse();
        machine.gate().putByte(mfn, 1, (byte) 9);
        assertThat(machine.table().has(mfn, FrameFlags.DIRTY)).isTrue();
        assertThat(readByte(mfn)).isEqualTo((byte) 5);
    }

    @Test
    void loadsBeforeAPartialWrite() {
        int mfn = machine.allocate(owner, 0);
        machine.backings().setImagePage(mfn, sourceId, 6);
        machine.gate().putByte(mfn, 1, (byte) 9);
        assertThat(readByte(mfn)).isEqualTo((byte) 6);
    }

    @Test
    void refusesAPageWithAnotherChecksum() {
        source.lying = true;
        int mfn = machine.allocate(owner, 0);
        machine.backings().setImagePage(mfn, sourceId, 5);
        assertThatThrownBy(() -> machine.readOffset(mfn))
                .isInstanceOf(ImagePageCorruptException.class)
                .hasMessageContaining("image page 5: expected CRC32C");
        assertThat(machine.counters().backedSlots()).isZero();
    }

    @Test
    void saysSoWhenAPageCannotBeRead() {
        source.unreadable = true;
        int mfn = machine.allocate(owner, 0);
        machine.backings().setImagePage(mfn, sourceId, 5);
        assertThatThrownBy(() -> machine.gate().open(mfn)).isInstanceOf(ImagePageCorruptException.class);
    }

    @Test
    void freesAPageThatWasNeverLoaded() {
        int mfn = machine.allocate(owner, 0);
        machine.backings().setImagePage(mfn, sourceId, 5);
        machine.free(mfn);
        assertThat(source.loads).isZero();
        machine.removeSource(sourceId);
        assertThat(machine.addSource(source)).isEqualTo(sourceId);
    }

    private byte readByte(int mfn) {
        return machine.ram().segment().get(ValueLayout.JAVA_BYTE, machine.readOffset(mfn));
    }
}
