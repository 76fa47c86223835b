package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Frames that are given in whole blocks, with what they were where they were saved. A block is read when an entry of it is
 * wanted, and not for what is known without: whose it is, what comes before and after, and whether it is marked.
 */
class FrameBlocksTest {

    private static final int BLOCK = FrameRecords.BLOCK;
    private static final int SPECIAL = 3;

    private final Machine machine = new Machine(8 * BLOCK);
    private final FrameOwner owner = machine.createOwner(1);
    private final List<Integer> reads = Collections.synchronizedList(new ArrayList<>());
    private final FilledPages page = new FilledPages();
    private boolean damaged;
    private int source;
    private int free;

    @BeforeEach
    void register() {
        source = machine.addSource(page);
        free = machine.freeFrames();
    }

    @AfterEach
    void close() {
        machine.close();
    }

    /** Pages of nothing but 0x5A. */
    private static final class FilledPages implements PageSource {

        @Override
        public void load(long page, MemorySegment into) {
            into.fill((byte) 0x5A);
        }

        @Override
        public int crc32c(long page) {
            return FrameBackings.crc32c(MemorySegment.ofArray(new byte[4096]).fill((byte) 0x5A));
        }
    }

    private int block(int number) {
        return machine.allocateBlock(owner, new FrameBlock(this::read, number, source, SPECIAL));
    }

    private void read(int number, FrameRecords.Taker taker) {
        reads.add(number);
        if (damaged) {
            throw new IllegalStateException("not what was saved");
        }
        for (int place = 0; place < BLOCK; place++) {
            int flags = FrameFlags.ALLOCATED | (place < SPECIAL ? FrameFlags.SPECIAL : 0);
            long of = place == 7 ? 0 : FrameRecords.ZEROES;
            taker.frame(place, flags, FrameType.WRITABLE, place + 1, place + 2, -place, of);
        }
    }

    @Test
    void areOwnedAndCountedWithoutBeingRead() {
        int first = block(0);

        assertThat(first % BLOCK).isZero();
        assertThat(machine.owns(owner, first)).isTrue();
        assertThat(machine.owns(owner, first + BLOCK - 1)).isTrue();
        assertThat(machine.owns(owner, first + BLOCK)).isFalse();
        assertThat(machine.state(first + 5)).isEqualTo(FrameState.IN_USE);
        assertThat(owner.pages()).isEqualTo(BLOCK - SPECIAL);
        assertThat(owner.specialPages()).isEqualTo(SPECIAL);
        assertThat(machine.freeFrames()).isEqualTo(free - BLOCK);
        assertThat(reads).isEmpty();
    }

    @Test
    void areReadOnceByWhoeverAsksFirst() {
        int first = block(4);

        assertThat(machine.table().typeCount(first + 10)).isEqualTo(11);
        assertThat(machine.table().total(first + 10)).isEqualTo(12);
        assertThat(machine.table().linear(first + 10)).isEqualTo(-10);
        assertThat(machine.table().type(first)).isEqualTo(FrameType.WRITABLE);
        assertThat(machine.table().has(first, FrameFlags.SPECIAL)).isTrue();
        assertThat(machine.table().has(first + SPECIAL, FrameFlags.SPECIAL)).isFalse();
        assertThat(machine.table().has(first, FrameFlags.DIRTY)).isTrue();
        assertThat(reads).containsExactly(4);
    }

    @Test
    void areBackedByThePagesOfTheirImage() {
        int first = block(0);

        assertThat(machine.backings().isZero(first + 6)).isTrue();
        assertThat(machine.backings().isImage(first + 7)).isTrue();
        assertThat(machine.page(first + 7).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0x5A);
    }

    @Test
    void areWrittenAsIfTheyHadBeenThere() {
        int first = block(0);

        machine.table().setTotal(first + 20, 99);
        machine.gate().putLong(first + 6, 8, 77);

        assertThat(machine.table().total(first + 20)).isEqualTo(99);
        assertThat(machine.table().total(first + 21)).isEqualTo(23);
        assertThat(machine.page(first + 6).get(ValueLayout.JAVA_LONG, 8)).isEqualTo(77);
    }

    @Test
    void areWalkedInTheirPlaceAmongOthersWithoutBeingRead() {
        List<Integer> expected = new ArrayList<>();
        expected.add(machine.allocate(owner, 0));
        for (int number = 0; number < 3; number++) {
            int first = block(number);
            for (int place = 0; place < BLOCK; place++) {
                expected.add(first + place);
            }
        }
        expected.add(machine.allocate(owner, 0));
        List<Integer> walked = new ArrayList<>();
        machine.forEachFrame(owner, walked::add);
        assertThat(walked).isEqualTo(expected);
        assertThat(reads).isEmpty();
    }

    @Test
    void areStillWalkedOnceSomeAreReadAndOthersGone() {
        int one = block(0);
        int two = block(1);
        int three = block(2);
        machine.free(two + 100);
        machine.free(two);
        machine.free(one + BLOCK - 1);
        machine.free(three);

        List<Integer> walked = new ArrayList<>();
        machine.forEachFrame(owner, walked::add);

        assertThat(walked)
                .hasSize(3 * BLOCK - 4)
                .doesNotHaveDuplicates()
                .isSorted()
                .doesNotContain(two + 100, two, one + BLOCK - 1, three);
    }

    @Test
    void goBackWholeIfNobodyLooked() {
        block(0);
        int looked = block(1);
        block(2);
        machine.allocate(owner, 0);
        machine.table().total(looked);

        machine.freeAll(owner);

        assertThat(machine.freeFrames()).isEqualTo(free);
        assertThat(owner.pages()).isZero();
        assertThat(owner.specialPages()).isZero();
        assertThat(reads).containsExactly(1);
        machine.removeOwner(owner);
        FrameOwner next = machine.createOwner(2);
        for (int frame = 0; frame < free; frame++) {
            int mfn = machine.allocate(next, 0);
            assertThat(machine.table().total(mfn)).isEqualTo(1);
            assertThat(machine.table().typeCount(mfn)).isZero();
            assertThat(machine.backings().isZero(mfn)).isTrue();
        }
        machine.freeAll(next);
    }

    @Test
    void areMarkedWithoutBeingReadAndGoOutOfUseWithTheirOwner() {
        int first = block(0);

        FrameOfflining answer = machine.offline(first + 30, false);

        assertThat(answer.status()).isEqualTo(FrameOfflining.Status.PENDING);
        assertThat(reads).isEmpty();
        machine.freeAll(owner);
        assertThat(reads).isEmpty();
        assertThat(machine.state(first + 30)).isEqualTo(FrameState.OFFLINED);
        assertThat(machine.state(first + 31)).isEqualTo(FrameState.FREE);
        assertThat(machine.freeFrames()).isEqualTo(free - 1);
    }

    @Test
    void stayMarkedWhenTheyAreRead() {
        int first = block(0);
        machine.offline(first + 30, false);

        assertThat(machine.table().total(first + 30)).isEqualTo(32);
        assertThat(machine.state(first + 30)).isEqualTo(FrameState.OFFLINING);
        int fresh = machine.replace(first + 30);
        assertThat(machine.table().total(fresh)).isEqualTo(32);
        assertThat(machine.state(first + 30)).isEqualTo(FrameState.OFFLINED);
    }

    /** Whose a frame is may be asked from outside, at any time. */
    @Test
    void areSomebodysOrNobodysForThoseWhoLookOn() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        Thread looking = Thread.ofPlatform().start(() -> {
            for (int mfn = BLOCK; !over.get(); mfn = BLOCK + (mfn + 37) % (7 * BLOCK)) {
                FrameOwner seen = machine.ownerOf(mfn);
                if (seen != null && seen != owner) {
                    wrong.add("mfn " + mfn + " of " + seen.domid());
                }
                machine.offline(mfn, false);
                machine.online(mfn);
            }
        });
        for (int round = 0; round < 300; round++) {
            for (int number = 0; number < 6; number++) {
                int first = block(number);
                machine.table().total(first == Machine.NO_FRAME ? Machine.FIRST_FRAME : first + round % 2 * BLOCK);
            }
            machine.freeAll(owner);
        }
        over.set(true);
        looking.join();
        assertThat(wrong).isEmpty();
        assertThat(machine.freeFrames()).isEqualTo(free);
        for (int mfn = Machine.FIRST_FRAME; mfn < machine.limit(); mfn++) {
            assertThat(machine.ownerOf(mfn)).isNull();
            assertThat(machine.table().total(mfn)).isZero();
        }
    }

    @Test
    void areNotHadWhenTheyAreDamagedAndGoBackAllTheSame() {
        int first = block(0);
        damaged = true;

        assertThatExceptionOfType(ImagePageCorruptException.class)
                .isThrownBy(() -> machine.table().total(first));
        assertThatExceptionOfType(ImagePageCorruptException.class).isThrownBy(() -> machine.readOffset(first));
        assertThatExceptionOfType(ImagePageCorruptException.class).isThrownBy(() -> machine.free(first));
        assertThatExceptionOfType(ImagePageCorruptException.class).isThrownBy(() -> machine.replace(first));
        assertThat(machine.freeFrames()).isEqualTo(free - BLOCK);
        machine.freeAll(owner);
        assertThat(machine.freeFrames()).isEqualTo(free);
        assertThat(machine.counters().backedSlots()).isZero();
    }

    @Test
    void areNotGivenWhereNoWholeBlockIsFree() {
        int given = 0;
        for (int first = block(0); first != Machine.NO_FRAME; first = block(given)) {
            given++;
        }

        assertThat(given).isEqualTo(7);
        assertThat(machine.freeFrames()).isEqualTo(BLOCK);
        machine.freeAll(owner);
        int one = machine.allocate(owner, 0);
        assertThat(one).isEqualTo(Machine.FIRST_FRAME);
        assertThat(block(0)).isEqualTo(BLOCK);
        machine.free(BLOCK);
        assertThat(block(1)).isEqualTo(2 * BLOCK);
    }
}
