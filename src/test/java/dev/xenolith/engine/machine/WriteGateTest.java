package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WriteGateTest {

    private final Machine machine = new Machine(64);
    private final FrameOwner owner = machine.createOwner(1);
    private final FrameOwner other = machine.createOwner(2);
    private final RecordingListener listener = new RecordingListener();
    private final WriteGate gate = machine.gate();

    @BeforeEach
    void listen() {
        owner.setListener(listener);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void materialisesAZeroFrameAtItsFirstWrite() {
        int mfn = machine.allocate(owner, 0);
        assertThat(machine.readOffset(mfn)).isZero();
        gate.putInt(mfn, 4092, 7);
        assertThat(machine.readOffset(mfn)).isPositive();
        assertThat(readLong(mfn, 4088)).isEqualTo(7L << 32);
        assertThat(machine.backings().describe(mfn)).isEqualTo(FrameBackings.RAM);
    }

    @Test
    void tellsTheOwnerOnlyWhenATlbMayHoldTheFrame() {
        int mfn = machine.allocate(owner, 0);
        int cached = machine.allocate(owner, 0);
        machine.table().raise(cached, FrameFlags.CACHED);
        gate.putLong(mfn, 0, 1);
        gate.putLong(cached, 0, 1);
        gate.putLong(cached, 8, 1);
        assertThat(listener.told).containsExactly("moved " + cached + " from 0");
    }

    @Test
    void refusesToWriteAFrameOfNobody() {
        assertThatThrownBy(() -> gate.putLong(Machine.FIRST_FRAME, 0, 1)).hasMessageContaining("no domain owns it");
        assertThatThrownBy(() -> gate.putLong(3, 0, 1)).hasMessageContaining("no domain owns it");
    }

    @Test
    void refusesASpanThatLeavesTheFrame() {
        int mfn = machine.allocate(owner, 0);
        assertThatThrownBy(() -> gate.putLong(mfn, 4089, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> gate.copyIn(mfn, -1, new byte[4], 0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void throwsDecodedCodeAwayBeforeAWrite() {
        int mfn = machine.allocate(owner, 0);
        gate.putLong(mfn, 0, 1);
        machine.table().raise(mfn, FrameFlags.CODE);
        gate.putLong(mfn, 0, 2);
        gate.putLong(mfn, 0, 3);
        assertThat(listener.told).containsExactly("code " + mfn);
    }

    @Test
    void findsTheFrameBehindAHostPageThatIsNotShared() {
        int parent = machine.allocate(owner, 0);
        int child = machine.allocate(other, 0);
        gate.putLong(parent, 0, 1);
        long page = machine.readOffset(parent);
        assertThat(machine.ram().frameAt(page)).isEqualTo(parent);
        machine.backings().share(parent, child, listener);
        assertThat(machine.ram().frameAt(page)).isZero();
        machine.free(parent);
        gate.putLong(child, 0, 2);
        assertThat(machine.ram().frameAt(page)).isEqualTo(child);
        machine.free(child);
        assertThat(machine.ram().frameAt(page)).isZero();
    }

    @Test
    void marksACleanFrameDirty() {
        int mfn = machine.allocate(owner, 0);
        gate.putLong(mfn, 0, 1);
        machine.table().lower(mfn, FrameFlags.DIRTY);
        gate.putByte(mfn, 0, (byte) 2);
        assertThat(machine.table().has(mfn, FrameFlags.DIRTY)).isTrue();
    }

    @Test
    void givesTheMemoryOfAZeroedFrameBack() {
        int mfn = machine.allocate(owner, 0);
        gate.putLong(mfn, 0, 1);
        machine.table().raise(mfn, FrameFlags.CACHED);
        long offset = machine.readOffset(mfn);
        gate.zero(mfn);
        assertThat(machine.backings().isZero(mfn)).isTrue();
        assertThat(machine.counters().backedSlots()).isZero();
        assertThat(listener.told).containsExactly("moved " + mfn + " from " + offset);
    }

    @Test
    void keepsSharersApart() {
        int parent = machine.allocate(owner, 0);
        int child = machine.allocate(other, 0);
        gate.putLong(parent, 0, 42);
        machine.backings().share(parent, child, listener);
        assertThat(machine.counters().backedSlots()).isEqualTo(1);
        assertThat(machine.backings().describe(child)).isEqualTo(FrameBackings.SHARED);
        gate.putLong(child, 0, 43);
        assertThat(readLong(parent, 0)).isEqualTo(42);
        assertThat(readLong(child, 0)).isEqualTo(43);
        assertThat(machine.counters().backedSlots()).isEqualTo(2);
        long offset = machine.readOffset(parent);
        gate.putLong(parent, 0, 44);
        assertThat(machine.readOffset(parent))
                .as("the last sharer keeps the slot")
                .isEqualTo(offset);
    }

    @Test
    void survivesTheEndOfASharer() {
        int parent = machine.allocate(owner, 0);
        int child = machine.allocate(other, 0);
        gate.putLong(parent, 0, 42);
        machine.backings().share(parent, child, listener);
        machine.free(parent);
        assertThat(readLong(child, 0)).isEqualTo(42);
        machine.free(child);
        assertThat(machine.counters().backedSlots()).isZero();
    }

    @Test
    void copiesAZeroFrameWithoutTakingMemory() {
        int from = machine.allocate(owner, 0);
        int to = machine.allocate(owner, 0);
        gate.putLong(to, 0, 1);
        gate.copyFrame(to, from);
        assertThat(machine.backings().isZero(to)).isTrue();
        gate.putLong(from, 4088, 9);
        gate.copyFrame(to, from);
        assertThat(readLong(to, 4088)).isEqualTo(9);
    }

    @Test
    void copiesFromASegment() {
        int mfn = machine.allocate(owner, 0);
        gate.copyIn(mfn, 4094, MemorySegment.ofArray(new byte[] {1, 2, 3}), 1, 2);
        assertThat(readLong(mfn, 4088)).isEqualTo(0x0302_0000_0000_0000L);
    }

    private long readLong(int mfn, int offset) {
        return machine.ram().segment().get(ValueLayout.JAVA_LONG, machine.readOffset(mfn) + offset);
    }
}
