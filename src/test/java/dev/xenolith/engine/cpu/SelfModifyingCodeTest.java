package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Stores into code take effect at the next instruction; changed translations at the next flush. */
class SelfModifyingCodeTest {
    @Test
    void seesAStoreIntoTheNextInstructionOfItsOwnBlock() {
        try (TestGuest guest = new TestGuest()) {
            // mov byte [rip+1],7 (the immediate of the next); mov eax,1; hlt
            guest.code("c6050100000007 b801000000 f4");
            guest.cpu.run(100);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(7);
        }
    }

    @Test
    void countsTheStoreOnce() {
        try (TestGuest guest = new TestGuest()) {
            guest.code("ffc3 c6050100000007 b801000000 ffc3 f4");
            assertThat(guest.cpu.run(100)).isEqualTo(5);
            assertThat(guest.cpu.gpr(Gpr.RBX)).isEqualTo(2);
        }
    }

    @Test
    void seesEachOfManyStoresIntoALoop() {
        try (TestGuest guest = new TestGuest()) {
            // mov ecx,5; 1: add eax,0 (patched: 03); inc byte [rip-?]; loop 1b; hlt
            guest.code("b905000000 83c000 fe05f9ffffff 67e2f4 f4");
            guest.cpu.run(1000);
            assertThat(guest.lastCall()).isEqualTo("hlt");
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(10);
        }
    }

    @Test
    void seesRepStosOverCodeThatRanBefore() {
        try (TestGuest guest = new TestGuest()) {
            long routine = TestGuest.CODE + 0x2000;
            // call routine; mov edi,routine; mov ecx,2; mov al,0x90; rep stosb; call routine; hlt
            guest.code("e8fb1f0000 bf00204000 b902000000 b090 f3aa e8e81f0000 f4")
                    .code(routine, "ffc3 ffc3 c3");
            guest.cpu.run(1000);
            assertThat(guest.lastCall()).isEqualTo("hlt");
            assertThat(guest.cpu.gpr(Gpr.RBX)).isEqualTo(3);
        }
    }

    @Test
    void seesAStoreThroughAnotherAddress() {
        try (TestGuest guest = new TestGuest()) {
            guest.space.map(TestGuest.DATA, TestGuest.CODE_HOST, PagedSpace.READABLE | PagedSpace.WRITABLE);
            // 1: mov eax,1; mov byte [rbx+1],9; dec ecx; jnz 1b; hlt
            guest.code("b801000000 c6430109 ffc9 75f3 f4");
            guest.cpu.setGpr(Gpr.RBX, TestGuest.DATA);
            guest.cpu.setGpr(Gpr.RCX, 2);
            guest.cpu.run(1000);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(9);
        }
    }

    @Test
    void decodesAnewWhenThePageIsMappedElsewhere() {
        try (TestGuest guest = new TestGuest()) {
            long other = TestGuest.CODE_HOST + 8 * 4096;
            guest.code("b801000000 f4").code(TestGuest.CODE + 8 * 4096, "b802000000 f4");
            guest.cpu.run(2);
            guest.space.map(TestGuest.CODE, other, PagedSpace.ALL);
            guest.cpu.setRip(TestGuest.CODE);
            guest.cpu.run(2);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(2);
        }
    }

    @Test
    void checksTheSecondPageOfAnInstructionThatCrosses() {
        try (TestGuest guest = new TestGuest()) {
            long at = TestGuest.CODE + 4096 - 2;
            guest.code(at, "b801000000 f4").code(TestGuest.CODE + 5 * 4096, "020000 f4");
            guest.cpu.setRip(at);
            guest.cpu.run(2);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(0x00000001);
            guest.code(TestGuest.CODE + 5 * 4096, "000002 f4");
            guest.space.map(TestGuest.CODE + 4096, TestGuest.CODE_HOST + 5 * 4096, PagedSpace.ALL);
            guest.cpu.setRip(at);
            assertThat(guest.cpu.run(2)).isEqualTo(2);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(0x02000001);
        }
    }

    @Test
    void faultsOnTheSecondPageOfAnInstructionThatCrosses() {
        try (TestGuest guest = new TestGuest()) {
            long at = TestGuest.CODE + 4096 - 2;
            guest.code(at - 2, "ffc0 b801000000 f4");
            guest.space.unmap(TestGuest.CODE + 4096);
            guest.cpu.setRip(at - 2);
            assertThat(guest.cpu.run(100)).isEqualTo(2);
            assertThat(guest.lastCall()).isEqualTo("exception 14 10 401000 at 400ffe");
        }
    }

    @Test
    void evictsAllWhenTheCacheIsFullAndGoesOn() {
        CodeCache cache = new CodeCache();
        for (int i = 0; i <= CodeCache.MAX_BLOCKS; i++) {
            cache.makeRoom();
            Block block = new Block(i * 16L, i * 16L);
            cache.add(block);
            cache.tie(block, i * 16L & -4096L);
        }
        assertThat(cache.size()).isEqualTo(1);
    }
}
