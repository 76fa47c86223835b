package dev.xenolith.engine.abi;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.MemoryOp.AddToPhysmap;
import dev.xenolith.engine.abi.MemoryOp.E820Entry;
import dev.xenolith.engine.abi.MemoryOp.Exchange;
import dev.xenolith.engine.abi.MemoryOp.MachphysMapping;
import dev.xenolith.engine.abi.MemoryOp.MachphysMfnList;
import dev.xenolith.engine.abi.MemoryOp.MemoryMap;
import dev.xenolith.engine.abi.MemoryOp.Reservation;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** {@code public/memory.h} and the memory part of {@code public/xen.h}, written down a second time with C's names. */
class MemoryLayoutsTest {

    private static final MemoryLayout RESERVATION = structLayout(
            JAVA_LONG.withName("extent_start"),
            JAVA_LONG.withName("nr_extents"),
            JAVA_INT.withName("extent_order"),
            JAVA_INT.withName("mem_flags"),
            JAVA_SHORT.withName("domid"),
            paddingLayout(6));

    @Test
    void requestsAreWhereXenPutsThem() {
        MemoryLayout update = structLayout(JAVA_LONG.withName("ptr"), JAVA_LONG.withName("val"));
        expect(update, MmuUpdate.SIZE, "ptr", MmuUpdate.PTR, "val", MmuUpdate.VAL);
        MemoryLayout ext = structLayout(
                JAVA_INT.withName("cmd"), paddingLayout(4), JAVA_LONG.withName("arg1"), JAVA_LONG.withName("arg2"));
        expect(ext, MmuExtOp.SIZE, "cmd", MmuExtOp.CMD, "arg1", MmuExtOp.ARG1, "arg2", MmuExtOp.ARG2);
    }

    @Test
    void reservationsAreWhereXenPutsThem() {
        expect(
                RESERVATION,
                Reservation.SIZE,
                "extent_start",
                Reservation.EXTENT_START,
                "nr_extents",
                Reservation.NR_EXTENTS,
                "extent_order",
                Reservation.EXTENT_ORDER,
                "mem_flags",
                Reservation.MEM_FLAGS,
                "domid",
                Reservation.DOMID);
        MemoryLayout exchange = structLayout(
                RESERVATION.withName("in"), RESERVATION.withName("out"), JAVA_LONG.withName("nr_exchanged"));
        expect(exchange, Exchange.SIZE, "in", Exchange.IN, "out", Exchange.OUT, "nr_exchanged", Exchange.NR_EXCHANGED);
    }

    @Test
    void mapsAreWhereXenPutsThem() {
        MemoryLayout mapping =
                structLayout(JAVA_LONG.withName("v_start"), JAVA_LONG.withName("v_end"), JAVA_LONG.withName("max_mfn"));
        expect(
                mapping,
                MachphysMapping.SIZE,
                "v_start",
                MachphysMapping.V_START,
                "v_end",
                MachphysMapping.V_END,
                "max_mfn",
                MachphysMapping.MAX_MFN);
        MemoryLayout map =
                structLayout(JAVA_INT.withName("nr_entries"), paddingLayout(4), JAVA_LONG.withName("buffer"));
        expect(map, MemoryMap.SIZE, "nr_entries", MemoryMap.NR_ENTRIES, "buffer", MemoryMap.BUFFER);
        MemoryLayout entry = structLayout(
                ValueLayout.JAVA_LONG_UNALIGNED.withName("addr"),
                ValueLayout.JAVA_LONG_UNALIGNED.withName("size"),
                JAVA_INT.withName("type"));
        expect(entry, E820Entry.SIZE, "addr", E820Entry.ADDR, "size", E820Entry.LENGTH, "type", E820Entry.TYPE);
        MemoryLayout list = structLayout(
                JAVA_INT.withName("max_extents"),
                paddingLayout(4),
                JAVA_LONG.withName("extent_start"),
                JAVA_INT.withName("nr_extents"),
                paddingLayout(4));
        expect(
                list,
                MachphysMfnList.SIZE,
                "max_extents",
                MachphysMfnList.MAX_EXTENTS,
                "extent_start",
                MachphysMfnList.EXTENT_START,
                "nr_extents",
                MachphysMfnList.NR_EXTENTS);
    }

    @Test
    void physmapRequestsAreWhereXenPutsThem() {
        MemoryLayout one = structLayout(
                JAVA_SHORT.withName("domid"),
                JAVA_SHORT.withName("size"),
                JAVA_INT.withName("space"),
                JAVA_LONG.withName("idx"),
                JAVA_LONG.withName("gpfn"));
        expect(one, AddToPhysmap.SIZE, "domid", AddToPhysmap.DOMID, "space", AddToPhysmap.SPACE);
        MemoryLayout batch = structLayout(
                JAVA_SHORT.withName("domid"),
                JAVA_SHORT.withName("space"),
                JAVA_SHORT.withName("size"),
                JAVA_SHORT.withName("foreign_domid"),
                JAVA_LONG.withName("idxs"),
                JAVA_LONG.withName("gpfns"),
                JAVA_LONG.withName("errs"));
        expect(batch, AddToPhysmap.BATCH_SIZE, "domid", AddToPhysmap.DOMID, "space", AddToPhysmap.BATCH_SPACE);
    }

    @Test
    void entriesAreCutWhereTheProcessorCutsThem() {
        long va = 0xFFFF_8123_4567_89ABL;
        assertThat(PageTableEntry.index(va, 4)).isEqualTo(0x102);
        assertThat(PageTableEntry.index(va, 3)).isEqualTo(0x8D);
        assertThat(PageTableEntry.index(va, 2)).isEqualTo(0x2B);
        assertThat(PageTableEntry.index(va, 1)).isEqualTo(0x78);
        assertThat(PageTableEntry.mfn(0x8010_0000_1234_5067L)).isEqualTo(0x12345);
        assertThat(PageTableEntry.mfn(-1)).isEqualTo((1L << 40) - 1);
        assertThat(PageTableEntry.of(0x12345, PageTableEntry.NX | 0x67)).isEqualTo(0x8000_0000_1234_5067L);
    }

    private static void expect(MemoryLayout layout, int size, Object... namesAndOffsets) {
        assertThat(layout.byteSize()).isEqualTo(size);
        for (int i = 0; i < namesAndOffsets.length; i += 2) {
            String name = (String) namesAndOffsets[i];
            assertThat(layout.byteOffset(groupElement(name)))
                    .as(name)
                    .isEqualTo(((Integer) namesAndOffsets[i + 1]).longValue());
        }
    }
}
