package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ACCESSED;
import static dev.xenolith.engine.abi.PageTableEntry.DIRTY;
import static dev.xenolith.engine.abi.PageTableEntry.NX;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.cpu.AddressSpace.EXEC;
import static dev.xenolith.engine.cpu.AddressSpace.NO_CACHE;
import static dev.xenolith.engine.cpu.AddressSpace.READ;
import static dev.xenolith.engine.cpu.AddressSpace.TRAPPED_WRITE;
import static dev.xenolith.engine.cpu.AddressSpace.WRITE;
import static dev.xenolith.engine.mmu.TestGuest.BASE;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L2;
import static dev.xenolith.engine.mmu.TestGuest.L3;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static dev.xenolith.engine.mmu.TestGuest.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.MmuExtOp;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameFlags;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The walker: what an address means, and the error codes of its faults (SDM volume 3, 4.6 and 4.7). */
class VcpuMmuTest {

    private final TestGuest guest = TestGuest.alone();
    private final VcpuMmu vcpu = guest.vcpu;

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void findsThePage() {
        guest.poke(8, 0, 7);
        assertThat(vcpu.walk(guest.va(8), READ, true)).isEqualTo(guest.machine.readOffset(guest.frame(8)));
        assertThat(vcpu.walk(guest.va(8) + 4095, READ, true)).isEqualTo(guest.machine.readOffset(guest.frame(8)));
    }

    @Test
    void readsThePageOfZerosUntilTheFirstWrite() {
        assertThat(vcpu.walk(guest.va(9), READ, true)).isZero();
        guest.tlb.told.clear();
        long page = vcpu.walk(guest.va(9), WRITE, true);
        assertThat(page).isPositive().isEqualTo(guest.machine.readOffset(guest.frame(9)));
        assertThat(guest.tlb.told).as("entries for the page of zeros").containsExactly("drop 0");
    }

    @Test
    void faultsWhereNothingIsMapped() {
        for (long va : new long[] {guest.va(200), 0, 0x1000, 1L << 46, -1}) {
            expectFault(va, READ, 0);
            expectFault(va, WRITE, 2);
            expectFault(va, EXEC, 16);
        }
    }

    @Test
    void tellsGuestUserModeInTheErrorCode() {
        guest.unmap(10);
        guest.ext(MmuExtOp.NEW_USER_BASEPTR, guest.mfns[10]);
        assertThat(VcpuMmu.errorCode(vcpu.walk(guest.va(8), READ, false))).isEqualTo(4);
        assertThat(VcpuMmu.errorCode(vcpu.walk(guest.va(8), WRITE, false))).isEqualTo(6);
        assertThat(VcpuMmu.errorCode(vcpu.walk(guest.va(8), EXEC, false))).isEqualTo(20);
    }

    @Test
    void walksTheUserTablesInUserMode() {
        guest.unmap(10);
        guest.poke(10, 511, guest.peek(L4, 511));
        guest.ext(MmuExtOp.NEW_USER_BASEPTR, guest.mfns[10]);
        guest.poke(8, 0, 7);
        assertThat(vcpu.walk(guest.va(8), READ, false)).isEqualTo(guest.machine.readOffset(guest.frame(8)));
        assertThat(guest.ext(MmuExtOp.NEW_USER_BASEPTR, 0)).isZero();
        assertThat(VcpuMmu.errorCode(vcpu.walk(guest.va(8), READ, false))).isEqualTo(4);
    }

    @Test
    void refusesToWriteAReadOnlyPage() {
        guest.mapReadOnly(8);
        expectFault(guest.va(8), WRITE, 3);
        assertThat(vcpu.walk(guest.va(8), READ, true)).isNotNegative();
    }

    @Test
    void needsWriteRightsAtEveryLevel() {
        for (int table : new int[] {L2, L3, L4}) {
            int slot = PageTableEntry.index(BASE, table == L2 ? 2 : table == L3 ? 3 : 4);
            long entry = guest.peek(table, slot);
            assertThat(guest.update(table, slot, entry & ~RW)).isZero();
            expectFault(guest.va(8), WRITE, 3);
            assertThat(guest.update(table, slot, entry)).isZero();
            assertThat(vcpu.walk(guest.va(8), WRITE, true)).isNotNegative();
        }
    }

    @Test
    void executesNothingMarkedNxAtAnyLevel() {
        assertThat(vcpu.walk(guest.va(8), EXEC, true)).isNotNegative();
        guest.update(L1, 8, guest.entry(8, PRESENT | RW | NX));
        expectFault(guest.va(8), EXEC, 17);
        guest.update(L1, 8, guest.entry(8, PRESENT | RW));
        int slot = PageTableEntry.index(BASE, 3);
        guest.update(L3, slot, guest.peek(L3, slot) | NX);
        expectFault(guest.va(8), EXEC, 17);
        assertThat(vcpu.walk(guest.va(8), READ, true)).isNotNegative();
    }

    @Test
    void setsAccessedAndDirtyBits() {
        int l2 = PageTableEntry.index(BASE, 2);
        assertThat(guest.peek(L1, 8) & (ACCESSED | DIRTY)).isZero();
        vcpu.walk(guest.va(8), READ, true);
        assertThat(guest.peek(L1, 8) & (ACCESSED | DIRTY)).isEqualTo(ACCESSED);
        assertThat(guest.peek(L2, l2) & (ACCESSED | DIRTY)).isEqualTo(ACCESSED);
        vcpu.walk(guest.va(8), WRITE, true);
        assertThat(guest.peek(L1, 8) & (ACCESSED | DIRTY)).isEqualTo(ACCESSED | DIRTY);
        assertThat(guest.peek(L2, l2) & DIRTY).isZero();
    }

    @Test
    void setsNoBitsOfAPageItRefuses() {
        guest.mapReadOnly(8);
        expectFault(guest.va(8), WRITE, 3);
        assertThat(guest.peek(L1, 8) & (ACCESSED | DIRTY)).isZero();
    }

    @Test
    void knowsAddressesThatAreNotCanonical() {
        for (long va : new long[] {1L << 47, 0xFFFF_7FFF_FFFF_FFFFL, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(vcpu.walk(va, READ, true)).isEqualTo(VcpuMmu.NOT_CANONICAL);
        }
    }

    // --- Xen's range

    @Test
    void showsTheM2pReadOnly() {
        long va = 0xFFFF_8000_0000_0000L + guest.mfns[8] * 8;
        long page = vcpu.walk(va, READ, true);
        assertThat(guest.memory.ram().get(ValueLayout.JAVA_LONG, page + (va & 4095)))
                .isEqualTo(8);
        expectFault(va, WRITE, 3);
        expectFault(va, EXEC, 17);
    }

    @Test
    void showsOnesForFramesOfOthers() {
        long page = vcpu.walk(0xFFFF_8000_0000_0000L, READ, true);
        assertThat(guest.memory.ram().get(ValueLayout.JAVA_LONG, page)).isEqualTo(-1);
    }

    @Test
    void faultsPastTheEndOfTheM2p() {
        long end = 0xFFFF_8000_0000_0000L + guest.memory.m2p().limit() * 8;
        assertThat(vcpu.walk(end - 8, READ, true)).isNotNegative();
        expectFault(end, READ, 0);
        expectFault(0xFFFF_8100_0000_0000L, READ, 0);
        expectFault(0xFFFF_87FF_FFFF_FFFFL, WRITE, 2);
    }

    @Test
    void hidesTheM2pFromUserModeWhenStrict() {
        long va = 0xFFFF_8000_0000_0000L;
        assertThat(vcpu.walk(va, READ, false)).isNotNegative();
        guest.memory.setStrictM2p(true);
        assertThat(VcpuMmu.errorCode(vcpu.walk(va, READ, false))).isEqualTo(4);
        assertThat(vcpu.walk(va, READ, true)).isNotNegative();
    }

    @Test
    void dropsTheSharedPageOfOnesWhenAnEntryIsSet() {
        guest.tlb.told.clear();
        guest.memory.setM2p(0x30000, 1);
        assertThat(guest.tlb.told).containsExactly("drop 4096");
        guest.memory.setM2p(0x30001, 1);
        assertThat(guest.tlb.told).hasSize(1);
    }

    // --- stores to tables

    @Test
    void trapsStoresToALevel1TableWhenTheGuestAskedForIt() {
        expectFault(guest.va(L1), WRITE, 3);
        guest.memory.setWritablePageTables(true);
        long page = vcpu.walk(guest.va(L1), WRITE, true);
        assertThat(page).isEqualTo(guest.machine.readOffset(guest.frame(L1)) | NO_CACHE | TRAPPED_WRITE);
        assertThat(VcpuMmu.errorCode(vcpu.walk(guest.va(L1), WRITE, false)))
                .as("not for user mode")
                .isEqualTo(6);
        for (int table : new int[] {L2, L3, L4}) {
            expectFault(guest.va(table), WRITE, 3);
        }
    }

    @Test
    void trapsNoStoreToAPlainReadOnlyPage() {
        guest.memory.setWritablePageTables(true);
        guest.mapReadOnly(8);
        expectFault(guest.va(8), WRITE, 3);
    }

    // --- code

    @Test
    void watchesAFrameWithCode() {
        guest.poke(8, 0, 7);
        long page = vcpu.walk(guest.va(8), EXEC, true);
        guest.tlb.told.clear();
        vcpu.markCode(page);
        assertThat(guest.tlb.told).containsExactly("drop writes " + page);
        assertThat(guest.table().has(guest.frame(8), FrameFlags.CODE)).isTrue();
        vcpu.walk(guest.va(8), WRITE, true);
        assertThat(guest.table().has(guest.frame(8), FrameFlags.CODE)).isFalse();
    }

    @Test
    void needsNoWatchOverThePageOfZeros() {
        long page = vcpu.walk(guest.va(9), EXEC, true);
        vcpu.markCode(page);
        assertThat(guest.table().has(guest.frame(9), FrameFlags.CODE)).isFalse();
    }

    // --- dirty frames

    @Test
    void noticesWritesAfterAllWasMarkedClean() {
        guest.vcpu.access().writeLong(guest.va(8), 1);
        guest.tlb.told.clear();
        guest.memory.markAllClean();
        assertThat(guest.tlb.told).containsExactly("flush");
        assertThat(guest.memory.isDirty(guest.frame(8))).isFalse();
        vcpu.walk(guest.va(8), READ, true);
        assertThat(guest.memory.isDirty(guest.frame(8))).isFalse();
        vcpu.walk(guest.va(8), WRITE, true);
        assertThat(guest.memory.isDirty(guest.frame(8))).isTrue();
        assertThat(guest.memory.isDirty(guest.frame(9))).isFalse();
    }

    // --- frames that leave

    @Test
    void forgetsAFrameThatIsGivenBack() {
        guest.poke(8, 0, 7);
        long page = vcpu.walk(guest.va(8), READ, true);
        int mfn = guest.frame(8);
        guest.unmap(8);
        guest.tlb.told.clear();
        assertThat(guest.memory.giveBack(mfn)).isTrue();
        assertThat(guest.tlb.told).containsExactly("drop " + page);
        assertThat(guest.memory.frameOf(guest.mfns[8])).isNegative();
        assertThat(guest.memory.m2p().get(guest.mfns[8])).isEqualTo(-1);
    }

    @Test
    void keepsAFrameThatIsGivenBackWhileItIsMapped() {
        int mfn = guest.frame(8);
        assertThat(guest.memory.giveBack(mfn)).isTrue();
        assertThat(guest.memory.giveBack(mfn)).as("twice").isFalse();
        assertThat(guest.uses(8)).isEqualTo("writable 1, total 1");
        guest.expectSound();
        guest.unmap(8);
        assertThat(guest.memory.frameOf(guest.mfns[8])).isNegative();
    }

    @Test
    void walksTablesNewlyHungIn() {
        guest.unmap(10);
        guest.poke(10, 1, guest.entry(8, PRESENT));
        guest.poke(8, 0, 7);
        guest.update(L2, 7, guest.entry(10, TABLE));
        assertThat(vcpu.walk(BASE + (7L << 21) + 4096, READ, true)).isEqualTo(guest.machine.readOffset(guest.frame(8)));
    }

    private void expectFault(long va, int kind, int code) {
        long walked = vcpu.walk(va, kind, true);
        assertThat(walked).as("0x%x", va).isNegative();
        assertThat(VcpuMmu.errorCode(walked)).as("0x%x", va).isEqualTo(code);
    }
}
