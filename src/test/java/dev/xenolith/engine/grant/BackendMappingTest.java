package dev.xenolith.engine.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.GrantStatus;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What backends do with a guest's grants, and what they survive. */
class BackendMappingTest {

    private static final int ACCESS = GrantEntryV1.PERMIT_ACCESS;
    private static final int RW = GrantEntryV1.READING | GrantEntryV1.WRITING;

    private final GrantGuest guest = new GrantGuest();

    @AfterEach
    void endSound() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void mapsASeededRing() throws GrantRefusedException {
        guest.grants.seed(GrantEntryV1.RESERVED_XENSTORE, guest.mfn(7));
        GrantMapping ring = guest.grants.map(GrantEntryV1.RESERVED_XENSTORE, true);
        ring.page().putInt(8, 0x1234);
        assertThat(guest.access.readInt(GrantGuest.va(7) + 8)).isEqualTo(0x1234);
        assertThat(guest.flags(1)).isEqualTo(ACCESS | RW);
        ring.close();
        ring.close();
        assertThat(guest.flags(1)).isEqualTo(ACCESS);
    }

    @Test
    void showsTheEntryInUseUntilTheLastMappingGoes() throws GrantRefusedException {
        guest.entry(9, ACCESS, 0, guest.mfn(6));
        GrantMapping reader = guest.grants.map(9, false);
        assertThat(guest.flags(9)).isEqualTo(ACCESS | GrantEntryV1.READING);
        GrantMapping writer = guest.grants.map(9, true);
        assertThat(guest.flags(9)).isEqualTo(ACCESS | RW);
        assertThat(guest.grants.list())
                .hasSize(1)
                .first()
                .extracting("mappings")
                .isEqualTo(2);
        writer.close();
        assertThat(guest.flags(9)).isEqualTo(ACCESS | GrantEntryV1.READING);
        reader.close();
        assertThat(guest.flags(9)).isEqualTo(ACCESS);
    }

    @Test
    void keepsWhatItMappedWhateverTheGuestWritesThere() throws GrantRefusedException {
        guest.entry(9, ACCESS, 0, guest.mfn(6));
        GrantMapping first = guest.grants.map(9, true);
        guest.entry(9, 0, 4, guest.mfn(7));
        GrantMapping second = guest.grants.map(9, false);
        assertThat(second.mfn()).isEqualTo(first.mfn());
        first.close();
        second.close();
        assertThat(guest.flags(9)).isZero();
    }

    @Test
    void refusesEntriesThatOfferNothing() {
        assertRefused(9, GrantStatus.GENERAL_ERROR, "flags 0x0");
        guest.entry(9, ACCESS, 4, guest.mfn(6));
        assertRefused(9, GrantStatus.GENERAL_ERROR, "for domain 4");
        guest.entry(9, GrantEntryV1.ACCEPT_TRANSFER, 0, guest.mfn(6));
        assertRefused(9, GrantStatus.GENERAL_ERROR, "flags 0x2");
        guest.entry(9, ACCESS | GrantEntryV1.SUB_PAGE, 0, guest.mfn(6));
        assertRefused(9, GrantStatus.GENERAL_ERROR, "flags 0x101");
        guest.entry(9, ACCESS | GrantEntryV1.READONLY, 0, guest.mfn(6));
        assertRefused(9, GrantStatus.GENERAL_ERROR, "a read-only one");
        assertRefused(512, GrantStatus.BAD_GNTREF, "a ref below 512");
        assertRefused(-1, GrantStatus.BAD_GNTREF, "4294967295");
    }

    @Test
    void refusesFramesThatAreNotTheGuestsOrAreTables() {
        guest.entry(9, ACCESS, 0, 1);
        assertRefused(9, GrantStatus.BAD_PAGE, "mfn 0x1");
        guest.entry(9, ACCESS, 0, 0xffffffffL);
        assertRefused(9, GrantStatus.BAD_PAGE, "mfn 0xffffffff");
        guest.entry(9, ACCESS, 0, guest.tableMfn());
        assertRefused(9, GrantStatus.GENERAL_ERROR, "which cannot be");
        assertThat(guest.flags(9)).isEqualTo(ACCESS);
    }

    @Test
    void mapsATableToReadOnly() throws GrantRefusedException {
        guest.entry(9, ACCESS | GrantEntryV1.READONLY, 0, guest.tableMfn());
        guest.grants.map(9, false).close();
    }

    @Test
    void restoresTheTableAndWhatWasMapped() throws GrantRefusedException {
        guest.grants.seed(GrantEntryV1.RESERVED_CONSOLE, guest.mfn(7));
        guest.grants.map(GrantEntryV1.RESERVED_CONSOLE, true);
        guest.entry(0, 0, 0, 0);
        GrantsState saved = guest.grants.state();
        Grants restored = new Grants(guest.memory, GrantGuest.DOMID, 4, domid -> false);
        restored.restore(saved);
        assertThat(restored.state()).isEqualTo(saved);
        GrantMapping console = restored.reclaim(0);
        assertThat(console.mfn()).isEqualTo(guest.frame(7));
        assertThatThrownBy(() -> restored.reclaim(0)).isInstanceOf(GrantRefusedException.class);
        assertThat(restored.state()).isEqualTo(saved);
    }

    @Test
    void refusesAStateThatCannotBeTrue() {
        GrantsState good = guest.grants.state();
        assertUnrestorable(new GrantsState(4, List.of(), List.of()), "table pages");
        assertUnrestorable(new GrantsState(4, List.of(1L, 2L, 3L, 4L, 5L), List.of()), "table pages");
        assertUnrestorable(new GrantsState(4, List.of(1L), List.of()), "table page");
        var wild = new GrantsState.Mapping(512, guest.mfn(4), true);
        assertUnrestorable(new GrantsState(4, good.tableMfns(), List.of(wild)), "mapping");
        var foreign = new GrantsState.Mapping(0, 3, true);
        assertUnrestorable(new GrantsState(4, good.tableMfns(), List.of(foreign)), "mapping");
    }

    private void assertUnrestorable(GrantsState state, String rule) {
        Grants fresh = new Grants(guest.memory, GrantGuest.DOMID, 4, domid -> false);
        assertThatThrownBy(() -> fresh.restore(state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }

    private void assertRefused(int ref, int status, String got) {
        assertThatThrownBy(() -> guest.grants.map(ref, true))
                .isInstanceOfSatisfying(GrantRefusedException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(status);
                    assertThat(refused).hasMessageContaining(got);
                });
    }
}
