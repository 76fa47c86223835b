package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.GLOBAL;
import static dev.xenolith.engine.abi.PageTableEntry.NX;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.PSE;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.abi.PageTableEntry.USER;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L2;
import static dev.xenolith.engine.mmu.TestGuest.L3;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.MmuExtOp;
import dev.xenolith.engine.abi.MmuUpdate;
import dev.xenolith.engine.abi.PageTableEntry;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that does whatever comes to its mind. After each operation all counts must follow from what refers to what, and
 * a refused one must have changed none of them. A failure names its seed.
 */
class RandomOperationsTest {

    private static final int STEPS = 3000;

    /** Few pages, so that the same ones meet again and again as tables, targets and plain pages. */
    private static final int FIRST = 8;

    private static final int PLAYGROUND = 14;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void keepsEveryCountTrue(long seed) {
        try (TestGuest guest = TestGuest.alone()) {
            new TestGuest(guest.machine, 2);
            Random random = new Random(seed);
            for (int pfn = FIRST; pfn < FIRST + PLAYGROUND; pfn++) {
                if (random.nextBoolean()) {
                    guest.unmap(pfn);
                }
            }
            int accepted = 0;
            for (int step = 0; step < STEPS; step++) {
                MemoryState before = MemoryStates.of(guest.memory);
                long result = act(guest, random);
                assertThat(guest.memory.checkInvariants())
                        .as("seed %d, step %d, result %d", seed, step, result)
                        .isEmpty();
                if (result < 0) {
                    assertThat(MemoryStates.of(guest.memory).frames().stream()
                                    .map(RandomOperationsTest::withoutBacking)
                                    .toList())
                            .as("seed %d, step %d: refused, so nothing changed", seed, step)
                            .isEqualTo(before.frames().stream()
                                    .map(RandomOperationsTest::withoutBacking)
                                    .toList());
                } else {
                    accepted++;
                }
            }
            assertThat(accepted).as("a useful share is accepted").isBetween(STEPS / 10, STEPS * 9 / 10);
            endsWithoutARest(guest);
        }
    }

    private static Object withoutBacking(MemoryState.FrameEntry frame) {
        return frame.toString().replaceAll("isZero=.*", "");
    }

    private static long act(TestGuest guest, Random random) {
        int pfn = pick(random);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> guest.update(table(random), slot(random), entry(guest, random));
            case 3, 4 -> guest.update(pfn, slot(random), entry(guest, random));
            case 5 -> guest.update(L1, pfn, random.nextInt(3) == 0 ? guest.entry(pfn, PRESENT | RW) : 0);
            case 6, 7 -> guest.ext(MmuExtOp.PIN_L1_TABLE + random.nextInt(4), guest.mfns[pfn]);
            case 8 -> guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[pfn]);
            case 9 -> guest.ext(MmuExtOp.NEW_USER_BASEPTR, random.nextBoolean() ? 0 : guest.mfns[pfn]);
            case 10 ->
                guest.request(guest.maddr(pfn, slot(random)) | MmuUpdate.PT_UPDATE_PRESERVE_AD, entry(guest, random));
            default -> guest.vcpu.descriptors().setGdt(new long[] {guest.mfns[pfn]}, random.nextInt(2) * 512);
        };
    }

    private static int pick(Random random) {
        return FIRST + random.nextInt(PLAYGROUND);
    }

    /** The real tables, but only slots that leave the guest its own mapping. */
    private static int table(Random random) {
        return new int[] {L1, L2, L3, L4}[random.nextInt(4)];
    }

    private static int slot(Random random) {
        return 100 + random.nextInt(6);
    }

    private static long entry(TestGuest guest, Random random) {
        long flags = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> PRESENT | RW | PSE;
            case 2 -> PRESENT | NX | GLOBAL;
            case 3, 4 -> PRESENT;
            case 5 -> PRESENT | RW;
            default -> PRESENT | RW | USER;
        };
        long mfn = switch (random.nextInt(10)) {
            case 0 -> 400 + random.nextInt(100);
            case 1 -> random.nextInt(256);
            case 2 -> guest.mfns[L1 + random.nextInt(4)];
            default -> guest.mfns[pick(random)];
        };
        return PageTableEntry.of(mfn, flags);
    }

    /** Undoing everything must lead back to frames without uses. */
    private static void endsWithoutARest(TestGuest guest) {
        guest.vcpu.descriptors().setGdt(new long[0], 0);
        guest.vcpu.setUserTable(0);
        for (int table : new int[] {L1, L2, L3, L4}) {
            for (int slot = 100; slot < 106; slot++) {
                guest.update(table, slot, 0);
            }
        }
        for (int round = 0; round < 3; round++) {
            for (int pfn = FIRST; pfn < FIRST + PLAYGROUND; pfn++) {
                guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[pfn]);
                guest.update(L1, pfn, 0);
            }
        }
        for (int pfn = FIRST; pfn < FIRST + PLAYGROUND; pfn++) {
            assertThat(guest.uses(pfn)).as("pfn %d", pfn).isEqualTo("none 0, total 1");
        }
    }
}
