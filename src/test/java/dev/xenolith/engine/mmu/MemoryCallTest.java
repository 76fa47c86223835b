package dev.xenolith.engine.mmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MemoryOp;
import dev.xenolith.engine.abi.MemoryOp.Exchange;
import dev.xenolith.engine.abi.MemoryOp.Reservation;
import dev.xenolith.engine.machine.Machine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code do_memory_op} and {@code arch_memory_op} as an unprivileged PV domain sees them. */
class MemoryCallTest {

    private static final int ARGUMENT = 0;
    private static final int LIST = 4;

    private final TestGuest guest = TestGuest.alone();

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    // --- facts

    @Test
    void tellsReservations() {
        putShort(0, DomidSpecial.SELF);
        assertThat(call(MemoryOp.CURRENT_RESERVATION)).isEqualTo(TestGuest.PAGES);
        assertThat(call(MemoryOp.MAXIMUM_RESERVATION)).isEqualTo(TestGuest.MAX_PAGES);
        guest.memory.setMaximumGpfn(77);
        assertThat(call(MemoryOp.MAXIMUM_GPFN)).isEqualTo(77);
        putShort(0, 1);
        assertThat(call(MemoryOp.CURRENT_RESERVATION)).as("by its own number").isEqualTo(TestGuest.PAGES);
    }

    @Test
    void tellsNothingOfOthers() {
        new TestGuest(guest.machine, 2);
        putShort(0, 2);
        assertThat(call(MemoryOp.CURRENT_RESERVATION)).isEqualTo(-Errno.EPERM);
        putShort(0, 3);
        assertThat(call(MemoryOp.CURRENT_RESERVATION)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void tellsTheTopOfMemory() {
        assertThat(call(MemoryOp.MAXIMUM_RAM_PAGE)).isEqualTo(guest.machine.limit());
    }

    @Test
    void tellsWhereTheM2pIs() {
        assertThat(call(MemoryOp.MACHPHYS_MAPPING)).isZero();
        assertThat(guest.memory.readLong(guest.frame(ARGUMENT), 0)).isEqualTo(0xFFFF_8000_0000_0000L);
        assertThat(guest.memory.readLong(guest.frame(ARGUMENT), 8)).isEqualTo(0xFFFF_8040_0000_0000L);
        assertThat(guest.memory.readLong(guest.frame(ARGUMENT), 16)).isEqualTo((1L << 35) - 1);
    }

    @Test
    void tellsTheMemoryMap() {
        putInt(0, 10);
        putLong(8, guest.va(LIST));
        assertThat(call(MemoryOp.MEMORY_MAP)).as("none set").isEqualTo(-Errno.ENOSYS);
        guest.memory.setMemoryMap(List.of(new MemoryMapEntry(0, 0x1000, 1), new MemoryMapEntry(0x5000, 0x2000, 2)));
        assertThat(call(MemoryOp.MEMORY_MAP)).isZero();
        assertThat(guest.memory.readInt(guest.frame(ARGUMENT), 0)).isEqualTo(2);
        assertThat(guest.memory.readLong(guest.frame(LIST), 20)).isEqualTo(0x5000);
        assertThat(guest.memory.readLong(guest.frame(LIST), 28)).isEqualTo(0x2000);
        assertThat(guest.memory.readInt(guest.frame(LIST), 36)).isEqualTo(2);
        putInt(0, 1);
        assertThat(call(MemoryOp.MEMORY_MAP)).isZero();
        assertThat(guest.memory.readInt(guest.frame(ARGUMENT), 0))
                .as("as many as there is room for")
                .isOne();
    }

    @Test
    void changesItsOwnMemoryMap() {
        putShort(0, DomidSpecial.SELF);
        putInt(8, 1);
        putLong(16, guest.va(LIST));
        guest.memory.writeLong(guest.frame(LIST), 8, 0x9000);
        guest.memory.writeInt(guest.frame(LIST), 16, 1);
        assertThat(call(MemoryOp.SET_MEMORY_MAP)).isZero();
        assertThat(guest.memory.memoryMap()).containsExactly(new MemoryMapEntry(0, 0x9000, 1));
        putInt(8, MemoryOp.E820_MAX + 1);
        assertThat(call(MemoryOp.SET_MEMORY_MAP)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesWhatIsForOthers() {
        putShort(0, DomidSpecial.SELF);
        assertThat(call(MemoryOp.MACHINE_MEMORY_MAP)).isEqualTo(-Errno.EPERM);
        assertThat(call(MemoryOp.ADD_TO_PHYSMAP)).isEqualTo(-Errno.EACCES);
        assertThat(call(MemoryOp.ADD_TO_PHYSMAP_BATCH)).isEqualTo(-Errno.EACCES);
        assertThat(call(MemoryOp.REMOVE_FROM_PHYSMAP)).isEqualTo(-Errno.EACCES);
        assertThat(call(63)).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void refusesAStartWhereThereIsNone() {
        assertThat(call(MemoryOp.MAXIMUM_RAM_PAGE | (1 << MemoryOp.EXTENT_SHIFT)))
                .isEqualTo(-Errno.EINVAL);
        assertThat(call(MemoryOp.EXCHANGE | (1 << MemoryOp.EXTENT_SHIFT))).isEqualTo(-Errno.EINVAL);
        assertThat(call(MemoryOp.MEMORY_MAP | (1 << MemoryOp.EXTENT_SHIFT))).isEqualTo(-Errno.ENOSYS);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0xFFFF_8000_0000_0000L, 1L << 50})
    void survivesWildPointers(long va) {
        for (int command : new int[] {
            MemoryOp.CURRENT_RESERVATION,
            MemoryOp.MEMORY_MAP,
            MemoryOp.SET_MEMORY_MAP,
            MemoryOp.MACHPHYS_MAPPING,
            MemoryOp.MACHPHYS_MFN_LIST,
            MemoryOp.EXCHANGE,
            MemoryOp.ADD_TO_PHYSMAP,
            MemoryOp.REMOVE_FROM_PHYSMAP
        }) {
            assertThatExceptionOfType(GuestAccessFault.class)
                    .isThrownBy(() -> guest.mmu.memoryOp(guest.vcpu, command, va));
        }
        for (int command :
                new int[] {MemoryOp.POPULATE_PHYSMAP, MemoryOp.DECREASE_RESERVATION, MemoryOp.INCREASE_RESERVATION}) {
            assertThat(guest.mmu.memoryOp(guest.vcpu, command, va)).isZero();
        }
    }

    // --- ballooning

    @Test
    void populatesPfns() {
        list(200, 201);
        reservation(0, guest.va(LIST), 2, 0);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).isEqualTo(2);
        long mfn = listed(0);
        assertThat(guest.memory.frameOf(mfn)).isPositive();
        assertThat(guest.memory.m2p().get(mfn)).isEqualTo(200);
        assertThat(guest.memory.m2p().get(listed(1))).isEqualTo(201);
        assertThat(guest.memory.pages()).isEqualTo(TestGuest.PAGES + 2);
    }

    @Test
    void populatesABlockOfPfns() {
        list(0x400);
        reservation(0, guest.va(LIST), 1, 4);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).isOne();
        long first = listed(0);
        assertThat(first & 15).as("aligned to its size").isZero();
        assertThat(guest.memory.m2p().get(first + 15)).isEqualTo(0x40F);
    }

    @Test
    void stopsAtTheMaximum() {
        long[] pfns = new long[TestGuest.MAX_PAGES - TestGuest.PAGES + 1];
        list(pfns);
        reservation(0, guest.va(LIST), pfns.length, 0);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).isEqualTo(pfns.length - 1L);
        assertThat(guest.memory.pages()).isEqualTo(TestGuest.MAX_PAGES);
    }

    @Test
    void goesOnWhereAnEarlierCallStopped() {
        list(200, 201, 202);
        reservation(0, guest.va(LIST), 3, 0);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP | (2 << MemoryOp.EXTENT_SHIFT)))
                .isEqualTo(3);
        assertThat(listed(1)).isEqualTo(201);
        assertThat(guest.memory.pages()).isEqualTo(TestGuest.PAGES + 1);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP | (3 << MemoryOp.EXTENT_SHIFT)))
                .isEqualTo(3);
    }

    @Test
    void increasesWithoutAnAccountOfPfns() {
        reservation(0, guest.va(LIST), 1, 0);
        assertThat(call(MemoryOp.INCREASE_RESERVATION)).isOne();
        assertThat(guest.memory.m2p().get(listed(0))).isEqualTo(-1);
        reservation(0, 0, 1, 0);
        assertThat(call(MemoryOp.INCREASE_RESERVATION))
                .as("also without a list")
                .isOne();
    }

    @Test
    void givesFramesBack() {
        guest.unmap(10);
        list(guest.mfns[10]);
        reservation(0, guest.va(LIST), 1, 0);
        assertThat(call(MemoryOp.DECREASE_RESERVATION)).isOne();
        assertThat(guest.memory.pages()).isEqualTo(TestGuest.PAGES - 1);
        assertThat(guest.memory.frameOf(guest.mfns[10])).isNegative();
        assertThat(call(MemoryOp.DECREASE_RESERVATION)).as("twice").isZero();
    }

    @Test
    void givesNothingBackThatIsNotItsOwn() {
        list(5, 1000, -1);
        reservation(0, guest.va(LIST), 3, 0);
        assertThat(call(MemoryOp.DECREASE_RESERVATION)).isZero();
    }

    @Test
    void countsNothingDoneForABadRequest() {
        new TestGuest(guest.machine, 2);
        list(200);
        reservation(0, guest.va(LIST), 1, 10);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("order").isZero();
        reservation(0, guest.va(LIST), 1, -1);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("order").isZero();
        reservation(0, guest.va(LIST), 1L << 40, 0);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("extents").isZero();
        reservation(0, guest.va(LIST), -1, 0);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("extents").isZero();
        reservation(0, 0xFFFF_8000_0000_0000L, 1, 0);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("list").isZero();
        reservation(0, guest.va(LIST), 1, 0);
        putShort(Reservation.DOMID, 2);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("foreign").isZero();
        reservation(0, guest.va(LIST), 1, 0);
        putInt(Reservation.MEM_FLAGS, MemoryOp.MEMF_POPULATE_ON_DEMAND);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("on demand").isZero();
        reservation(0, guest.va(LIST), 1, 0);
        putInt(Reservation.MEM_FLAGS, 12);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).as("too narrow addresses").isZero();
        putInt(Reservation.MEM_FLAGS, 32);
        assertThat(call(MemoryOp.POPULATE_PHYSMAP)).isOne();
    }

    @Test
    void boundsAHugeRequestByWhatThereIs() {
        reservation(0, 0, 0xFFFF_FFFFL >>> MemoryOp.EXTENT_SHIFT, 0);
        assertThat(call(MemoryOp.INCREASE_RESERVATION)).isEqualTo(TestGuest.MAX_PAGES - TestGuest.PAGES);
    }

    // --- exchange

    @Test
    void exchangesSinglePagesForABlock() {
        for (int i = 0; i < 8; i++) {
            guest.unmap(10 + i);
            guest.memory.writeLong(guest.frame(LIST), i * 8, guest.mfns[10 + i]);
        }
        guest.memory.writeLong(guest.frame(5), 0, 0x300);
        exchange(8, 0, 1, 3);
        assertThat(call(MemoryOp.EXCHANGE)).isZero();
        assertThat(nrExchanged()).isEqualTo(8);
        long first = guest.memory.readLong(guest.frame(5), 0);
        assertThat(first & 7).isZero();
        assertThat(guest.memory.m2p().get(first + 7)).isEqualTo(0x307);
        assertThat(guest.memory.pages()).isEqualTo(TestGuest.PAGES);
    }

    @Test
    void exchangesABlockForSinglePages() {
        list(0x400);
        reservation(0, guest.va(LIST), 1, 2);
        call(MemoryOp.POPULATE_PHYSMAP);
        for (int i = 0; i < 4; i++) {
            guest.memory.writeLong(guest.frame(5), i * 8, 0x300 + i);
        }
        exchange(1, 2, 4, 0);
        assertThat(call(MemoryOp.EXCHANGE)).isZero();
        assertThat(guest.memory.m2p().get(guest.memory.readLong(guest.frame(5), 24)))
                .isEqualTo(0x303);
    }

    @Test
    void exchangesNoFrameInUse() {
        guest.unmap(10);
        list(guest.mfns[10], guest.mfns[11]);
        exchange(2, 0, 2, 0);
        assertThat(call(MemoryOp.EXCHANGE)).isEqualTo(-Errno.EINVAL);
        assertThat(nrExchanged()).as("the first was done").isOne();
        assertThat(guest.memory.frameOf(guest.mfns[11])).isPositive();
        assertThat(guest.memory.pages()).isEqualTo(TestGuest.PAGES);
    }

    @Test
    void exchangesNoFrameTwice() {
        guest.unmap(10);
        list(guest.mfns[10], guest.mfns[10]);
        exchange(2, 0, 1, 1);
        assertThat(call(MemoryOp.EXCHANGE)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.memory.frameOf(guest.mfns[10])).isPositive();
    }

    @Test
    void keepsTheFramesWhenTheHostHasNoneToGive() {
        guest.unmap(10);
        guest.unmap(11);
        list(guest.mfns[10], guest.mfns[11]);
        TestGuest hog = new TestGuest(guest.machine, 2);
        hog.memory.setMaxPages(1 << 20);
        int got;
        do {
            got = hog.memory.allocate(0);
        } while (got != Machine.NO_FRAME);
        exchange(2, 0, 1, 1);
        assertThat(call(MemoryOp.EXCHANGE)).isEqualTo(-Errno.ENOMEM);
        assertThat(nrExchanged()).isZero();
        assertThat(guest.memory.frameOf(guest.mfns[10])).isPositive();
    }

    @Test
    void refusesABadExchange() {
        new TestGuest(guest.machine, 2);
        exchange(2, 0, 2, 1);
        assertThat(call(MemoryOp.EXCHANGE)).as("sizes differ").isEqualTo(-Errno.EINVAL);
        exchange(1, 10, 1, 10);
        assertThat(call(MemoryOp.EXCHANGE)).as("order").isEqualTo(-Errno.EPERM);
        exchange(-1, 9, -1, 9);
        assertThat(call(MemoryOp.EXCHANGE)).as("overflow").isEqualTo(-Errno.EINVAL);
        exchange(1, 0, 1, 0);
        putLong(Exchange.NR_EXCHANGED, 2);
        assertThat(call(MemoryOp.EXCHANGE)).as("more done than asked").isEqualTo(-Errno.EINVAL);
        exchange(1, 0, 1, 0);
        putShort(Exchange.OUT + Reservation.DOMID, 2);
        assertThat(call(MemoryOp.EXCHANGE)).as("two domains").isEqualTo(-Errno.EINVAL);
        putShort(Exchange.IN + Reservation.DOMID, 2);
        assertThat(call(MemoryOp.EXCHANGE)).as("a foreign one").isEqualTo(-Errno.EPERM);
        exchange(1, 0, 1, 0);
        putLong(Exchange.NR_EXCHANGED, 1);
        assertThat(call(MemoryOp.EXCHANGE)).as("all done already").isZero();
    }

    private void exchange(long inExtents, int inOrder, long outExtents, int outOrder) {
        reservation(Exchange.IN, guest.va(LIST), inExtents, inOrder);
        reservation(Exchange.OUT, guest.va(5), outExtents, outOrder);
        putLong(Exchange.NR_EXCHANGED, 0);
    }

    private long nrExchanged() {
        return guest.memory.readLong(guest.frame(ARGUMENT), Exchange.NR_EXCHANGED);
    }

    private void reservation(int at, long listVa, long extents, int order) {
        putLong(at + Reservation.EXTENT_START, listVa);
        putLong(at + Reservation.NR_EXTENTS, extents);
        putInt(at + Reservation.EXTENT_ORDER, order);
        putInt(at + Reservation.MEM_FLAGS, 0);
        putShort(at + Reservation.DOMID, DomidSpecial.SELF);
    }

    private void list(long... values) {
        for (int i = 0; i < values.length; i++) {
            guest.memory.writeLong(guest.frame(LIST), i * 8, values[i]);
        }
    }

    private long listed(int index) {
        return guest.memory.readLong(guest.frame(LIST), index * 8);
    }

    private void putLong(int offset, long value) {
        guest.memory.writeLong(guest.frame(ARGUMENT), offset, value);
    }

    private void putInt(int offset, int value) {
        guest.memory.writeInt(guest.frame(ARGUMENT), offset, value);
    }

    private void putShort(int offset, int value) {
        guest.memory.writeShort(guest.frame(ARGUMENT), offset, (short) value);
    }

    private long call(int command) {
        return guest.mmu.memoryOp(guest.vcpu, command, guest.va(ARGUMENT));
    }
}
