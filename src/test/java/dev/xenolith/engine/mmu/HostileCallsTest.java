package dev.xenolith.engine.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.MemoryOp.Exchange;
import dev.xenolith.engine.abi.MemoryOp.Reservation;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every handler with arguments that mean harm. None may throw anything but {@link GuestAccessFault}, none may touch
 * another domain, all counts stay true. A failure names its seed.
 */
class HostileCallsTest {

    private static final int CALLS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void survivesAnything(long seed) {
        try (TestGuest guest = TestGuest.alone()) {
            TestGuest other = new TestGuest(guest.machine, 2);
            MemoryState before = MemoryStates.of(other.memory);
            guest.memory.setWritablePageTables(true);
            guest.mmu.setPreemptible(true);
            Random random = new Random(seed);
            int harmless = 0;
            for (int call = 0; call < CALLS; call++) {
                fillArguments(guest, random);
                harmless += attack(guest, random) >= 0 ? 1 : 0;
                if (call % 100 == 0) {
                    assertThat(guest.memory.checkInvariants())
                            .as("seed %d, call %d", seed, call)
                            .isEmpty();
                }
            }
            assertThat(harmless).as("some of it gets through").isGreaterThan(CALLS / 10);
            guest.expectSound();
            assertThat(MemoryStates.of(other.memory).frames()).isEqualTo(before.frames());
            other.expectSound();
        }
    }

    private static long attack(TestGuest guest, Random random) {
        VcpuMmu vcpu = guest.vcpu;
        long pointer = pointer(guest, random);
        long word = word(guest, random);
        guest.mmu.beginWork();
        try {
            return switch (random.nextInt(10)) {
                case 0 -> guest.mmu.mmuUpdate(vcpu, pointer, count(random), pointer(guest, random), domid(random));
                case 1 -> guest.mmu.mmuextOp(vcpu, pointer, count(random), pointer(guest, random), domid(random));
                case 2 -> guest.mmu.updateVaMapping(vcpu, pointer, word, pointer(guest, random));
                case 3 -> guest.mmu.memoryOp(vcpu, random.nextInt(1 << 8), pointer);
                case 4 -> guest.mmu.setGdt(vcpu, pointer, count(random));
                case 5 -> guest.mmu.updateDescriptor(vcpu, word, random.nextLong());
                case 6 -> {
                    WritableTables tables = new WritableTables(guest.memory, vcpu);
                    yield tables.write(pointer, 1 << random.nextInt(4), word) ? 0 : -1;
                }
                case 7 -> vcpu.walk(pointer, random.nextInt(3), random.nextBoolean());
                case 8 -> vcpu.descriptors().descriptor(random.nextInt());
                default -> guest.mmu.updateVaMappingOtherDomain(vcpu, pointer, word, 0, domid(random));
            };
        } catch (GuestAccessFault expected) {
            return -1;
        }
    }

    /** Fills the two pages that pointers mostly lead to, as far as the guest left itself a way to write them. */
    private static void fillArguments(TestGuest guest, Random random) {
        GuestAccess access = guest.vcpu.access();
        try {
            long va = guest.va(random.nextInt(2));
            for (int i = 0; i < 12; i++) {
                access.writeLong(va + i * 8L, word(guest, random));
            }
            if (random.nextBoolean()) {
                access.writeInt(va, random.nextInt(22));
            }
            if (random.nextBoolean()) {
                fillReservation(access, va, random);
                fillReservation(access, va + Exchange.OUT, random);
                access.writeLong(va + Exchange.NR_EXCHANGED, 0);
            }
        } catch (GuestAccessFault expected) {
            // It cut the branch it sits on: sit down on another.
            guest.vcpu.setKernelTable(guest.mfns[TestGuest.L4]);
            guest.mmu.updateVaMapping(guest.vcpu, guest.va(0), guest.entry(0, 3), 0);
            guest.mmu.updateVaMapping(guest.vcpu, guest.va(1), guest.entry(1, 3), 0);
        }
    }

    private static void fillReservation(GuestAccess access, long va, Random random) {
        access.writeLong(va + Reservation.EXTENT_START, (va & ~4095L) + 8L * random.nextInt(12));
        access.writeLong(va + Reservation.NR_EXTENTS, random.nextInt(4));
        access.writeInt(va + Reservation.EXTENT_ORDER, random.nextInt(4));
        access.writeInt(va + Reservation.MEM_FLAGS, 0);
        access.writeShort(va + Reservation.DOMID, (short) DomidSpecial.SELF);
    }

    private static long pointer(TestGuest guest, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> 0;
            case 2 -> 0xFFFF_8000_0000_0000L + (random.nextInt() & 0xFFFF_FFFFL);
            case 3 -> guest.va(random.nextInt(TestGuest.PAGES)) + random.nextInt(4096);
            case 4 -> -1L - random.nextInt(32);
            default -> guest.va(random.nextInt(2)) + 8L * random.nextInt(12);
        };
    }

    private static int count(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt();
            case 1 -> Integer.MAX_VALUE;
            case 2 -> -1;
            default -> random.nextInt(4);
        };
    }

    private static int domid(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(4);
            case 2 -> DomidSpecial.IO;
            default -> DomidSpecial.SELF;
        };
    }

    /** A number that may be an entry, an address of memory or a frame. */
    private static long word(TestGuest guest, Random random) {
        long mfn = guest.mfns[random.nextInt(TestGuest.PAGES)];
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(1200);
            case 2 -> ((long) random.nextInt(1200) << 12) | random.nextInt(4096);
            case 3 -> mfn;
            case 4 -> (mfn << 12) | 1;
            case 5 -> (mfn << 12) | 3;
            case 6 -> (mfn << 12) | (random.nextInt(512) << 3);
            default -> (mfn << 12) | 0x67;
        };
    }
}
