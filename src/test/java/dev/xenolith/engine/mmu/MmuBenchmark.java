package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L4;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.MmuExtOp;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/**
 * What the paths cost that Linux takes most: a boot walks tables a million times, and asks for 54,000 updates and 17,000
 * base pointers. Nothing is asserted of the time; run {@code main}.
 */
final class MmuBenchmark {

    private MmuBenchmark() {}

    public static void main(String[] args) {
        try (TestGuest guest = TestGuest.alone()) {
            guest.vcpu.attach(VcpuTlb.NONE);
            prepareSecondBase(guest);
            prepareFullTable(guest);
            for (int round = 0; round < 6; round++) {
                run("walk, read", 1_000_000, i -> guest.vcpu.walk(guest.va(20 + (i & 31)), VcpuMmu.READ, true));
                run("walk, write", 1_000_000, i -> guest.vcpu.walk(guest.va(20 + (i & 31)), VcpuMmu.WRITE, true));
                run("mmu_update", 500_000, i -> guest.update(L1, 200 + (i & 15), mapping(guest, i)));
                run(
                        "update_va_mapping",
                        500_000,
                        i -> guest.mmu.updateVaMapping(guest.vcpu, guest.va(200 + (i & 15)), mapping(guest, i), 0));
                guest.writeExt(0, MmuExtOp.NEW_BASEPTR, guest.mfns[10], 0);
                guest.writeExt(1, MmuExtOp.NEW_BASEPTR, guest.mfns[L4], 0);
                run("two base pointers", 200_000, i -> ext(guest, 2));
                guest.writeExt(0, MmuExtOp.PIN_L1_TABLE, guest.mfns[11], 0);
                guest.writeExt(1, MmuExtOp.UNPIN_TABLE, guest.mfns[11], 0);
                run("pin and unpin 512 entries", 10_000, i -> ext(guest, 2));
            }
        }
    }

    private static long mapping(TestGuest guest, int i) {
        return guest.entry(20 + i % 31, PRESENT | RW);
    }

    private static long ext(TestGuest guest, int count) {
        return guest.mmu.mmuextOp(guest.vcpu, guest.va(1), count, 0, DomidSpecial.SELF);
    }

    private static void prepareSecondBase(TestGuest guest) {
        guest.unmap(10);
        guest.poke(10, 511, guest.peek(L4, 511));
        guest.ext(MmuExtOp.PIN_L4_TABLE, guest.mfns[10]);
    }

    private static void prepareFullTable(TestGuest guest) {
        guest.unmap(11);
        for (int slot = 0; slot < 512; slot++) {
            guest.poke(11, slot, guest.entry(20 + slot % 60, PRESENT | RW));
        }
    }

    private static void run(String what, int times, IntToLongFunction operation) {
        long start = System.nanoTime();
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += operation.applyAsLong(i);
        }
        double nanos = (System.nanoTime() - start) / (double) times;
        System.out.printf(Locale.ROOT, "%-26s %8.1f ns  (%x)%n", what, nanos, sum & 0xF);
    }
}
