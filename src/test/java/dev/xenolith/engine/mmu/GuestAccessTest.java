package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.mmu.TestGuest.L1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestAccessTest {

    private final TestGuest guest = TestGuest.alone();
    private final GuestAccess access = guest.vcpu.access();

    @AfterEach
    void close() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void readsBackWhatItWrote() {
        access.writeLong(guest.va(8), 0x1122_3344_5566_7788L);
        assertThat(access.readLong(guest.va(8))).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(access.readInt(guest.va(8) + 4)).isEqualTo(0x1122_3344);
        assertThat(access.readShort(guest.va(8) + 2)).isEqualTo((short) 0x5566);
        assertThat(access.readByte(guest.va(8))).isEqualTo((byte) 0x88);
    }

    @Test
    void crossesPages() {
        long va = guest.va(9) - 3;
        access.writeLong(va, 0x1122_3344_5566_7788L);
        assertThat(access.readLong(va)).isEqualTo(0x1122_3344_5566_7788L);
        access.writeInt(va + 1, 0x0A0B_0C0D);
        assertThat(access.readInt(va + 1)).isEqualTo(0x0A0B_0C0D);
        access.writeShort(va + 2, (short) 0x7777);
        assertThat(access.readShort(va + 2)).isEqualTo((short) 0x7777);
    }

    @Test
    void copiesManyPages() {
        byte[] out = new byte[10_000];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (i * 31);
        }
        access.copyOut(guest.va(8) + 100, out, 0, out.length);
        byte[] in = new byte[out.length];
        access.copyIn(guest.va(8) + 100, in, 0, in.length);
        assertThat(in).isEqualTo(out);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                8,
                0x7FFF_FFFF_FFFFL,
                1L << 47,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                0xFFFF_7FFF_FFFF_FFFFL,
                0xFFFF_8000_0000_0000L,
                0xFFFF_87FF_FFFF_FFF8L,
                0xFFFF_8800_0000_0000L,
                -1
            })
    void faultsOnWildPointers(long va) {
        byte[] bytes = new byte[16];
        expectFault(() -> access.readLong(va));
        expectFault(() -> access.readInt(va));
        expectFault(() -> access.readByte(va));
        expectFault(() -> access.writeLong(va, 0));
        expectFault(() -> access.writeShort(va, (short) 0));
        expectFault(() -> access.copyIn(va, bytes, 0, 16));
        expectFault(() -> access.copyOut(va, bytes, 0, 16));
    }

    @Test
    void writesNoReadOnlyPage() {
        guest.mapReadOnly(8);
        access.readLong(guest.va(8));
        expectFault(() -> access.writeLong(guest.va(8), 0));
    }

    @Test
    void writesNoPageTableEvenWhereStoresAreEmulated() {
        guest.memory.setWritablePageTables(true);
        expectFault(() -> access.writeLong(guest.va(L1), 0));
    }

    @Test
    void changesNothingWhenTheSecondPageOfAWordFaults() {
        guest.mapReadOnly(9);
        access.writeInt(guest.va(9) - 4, 5);
        expectFault(() -> access.writeLong(guest.va(9) - 4, -1));
        assertThat(access.readInt(guest.va(9) - 4)).isEqualTo(5);
    }

    @Test
    void takesNoArrayWhoseSizeOverflows() {
        assertThat(GuestAccess.isGuestArray(guest.va(8), 0xFFFF_FFFFL, 16)).isTrue();
        assertThat(GuestAccess.isGuestArray(guest.va(8), -1, 16)).isFalse();
        assertThat(GuestAccess.isGuestArray(guest.va(8), 1L << 61, 8)).isFalse();
        assertThat(GuestAccess.isGuestArray(0xFFFF_8000_0000_0000L, 1, 8)).isFalse();
    }

    private static void expectFault(ThrowingCallable call) {
        assertThatExceptionOfType(GuestAccessFault.class).isThrownBy(call);
    }
}
