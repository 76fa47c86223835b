package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.Finding;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.PageTableSnapshot;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.XenstoreEntry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each step of pebble's suspend and of its way back, as it tells of it and as the hypervisor sees it. */
class PebbleSuspendIT {

    private static final String CHANNEL = "device/suspend/event-channel";
    private static final int ROOT = 4;

    private final Hypervisor host = TestHost.start();
    private final PebbleGuest guest = PebbleGuest.start(host, 8 << 8);
    private final Domain domain = guest.domain();

    @AfterEach
    void holdsTheInvariants() {
        try (host) {
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    // --- the way there

    @Test
    void freezesItsProcesses() {
        guest.ask("spawn 3 5 0", "process 5");

        suspend("suspend: 5 processes frozen");
        resume("resume: domid \\d+, 5 processes go on");

        guest.assertProcessesUnharmed();
    }

    @Test
    void leavesNothingUnreadInItsRings() {
        guest.ask("ls control", "shutdown");

        suspend("suspend: xenstore quiet", "suspend: console goes quiet");

        assertThat(domain.examineSuspension().warnings())
                .extracting(Finding::code)
                .doesNotContain("unread-bytes");
    }

    @Test
    void takesTheLockOfFrameNumbersAsItsWriter() {
        suspend("suspend: no frame number is in use; vcpu 0 is the only one");

        assertThat(domain.vcpus()).hasSize(1);
    }

    @Test
    void pinsEveryRootForTheSaveAndRemembersWhich() {
        guest.ask("stop 2", PebbleGuest.PROMPT);
        assertThat(unpinnedRoots()).isZero();

        suspend("suspend: 1 page tables pinned for the save");
        long pinned = pinnedRoots();
        assertThat(unpinnedRoots()).isZero();
        resume("resume: 1 page tables unpinned again");

        assertThat(pinnedRoots()).isEqualTo(pinned - 1);
        guest.ask("cont 2", PebbleGuest.PROMPT);
        guest.assertProcessesUnharmed();
    }

    @Test
    void pinsNothingWhereEveryRootIsPinned() {
        suspend("suspend: 0 page tables pinned for the save");
        resume("resume: 0 page tables unpinned again");
    }

    @Test
    void clearsTheAlternativeRecursiveMapping() {
        guest.ask("walk 1", "0 entries differ");

        suspend("suspend: alternative recursive mapping cleared");
        resume("resume: cancelled");

        guest.ask("walk 1", "0 entries differ");
    }

    @Test
    void clearsNoAlternativeMappingWhereThereIsNone() {
        suspend("suspend: alternative recursive mapping not in use");
    }

    @Test
    void leavesWhatXenCouldRestore() {
        guest.ask("spawn 2 40 0", "process 4");
        guest.ask("stop 3", PebbleGuest.PROMPT);
        guest.ask("walk 1", "0 entries differ");

        suspend("suspend: console goes quiet");

        assertThat(domain.examineSuspension().errors()).isEmpty();
    }

    // --- the way back

    @Test
    void keepsItsEventChannelsWhenCancelled() {
        List<String> before = channels();
        List<String> store = nodes();

        suspend("suspend: console goes quiet");
        resume("resume: cancelled, event channels are as they were");
        guest.ask("ls control", "shutdown");

        assertThat(channels()).isEqualTo(before);
        assertThat(nodes()).isEqualTo(store);
    }

    @Test
    void readsAfterwardsWhatWasTypedMeanwhile() {
        suspend("suspend: console goes quiet");
        guest.console().type(domain, "calc 6*7");

        domain.resume();

        guest.console().await("\\s42\\s", PebbleGuest.LIMIT);
    }

    @Test
    void goesOnAgainAndAgain() {
        guest.ask("spawn 3 20 0", "process 5");
        guest.ask("stop 4", PebbleGuest.PROMPT);
        int cycles = "endurance".equals(System.getProperty("xenolith.rounds")) ? 100 : 10;
        String used = guest.ask("mem", "\\d+ in use");
        for (int cycle = 0; cycle < cycles; cycle++) {
            suspend("suspend: 1 page tables pinned");
            assertThat(domain.examineSuspension().errors())
                    .as("cycle %d", cycle)
                    .isEmpty();
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            resume("5 processes go on");
        }
        assertThat(guest.ask("mem", "\\d+ in use")).isEqualTo(used);
        guest.assertProcessesUnharmed();
    }

    // --- being asked

    @Test
    void refusesItsCommandUnlessTheToolstackAsked() {
        guest.ask("suspend", "suspend refused: the toolstack did not ask for it");

        assertThat(domain.snapshot().state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void obeysItsCommandOnceTheToolstackAsked() {
        guest.ask("suspend manual", PebbleGuest.PROMPT);
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        guest.console().await("pebble: waits for the command suspend", PebbleGuest.LIMIT);

        guest.console().type(domain, "suspend");

        awaitSuspended();
    }

    @Test
    void refusesItsCommandAgainOnceTheRequestIsWithdrawn() {
        guest.ask("suspend manual", PebbleGuest.PROMPT);
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        guest.console().await("pebble: waits for the command suspend", PebbleGuest.LIMIT);

        domain.withdrawShutdownRequest();
        guest.console().await("pebble: the toolstack asks no longer", PebbleGuest.LIMIT);

        guest.ask("suspend", "suspend refused");
        guest.assertProcessesUnharmed();
    }

    @Test
    void isAskedOverItsEventChannelAlone() {
        List<String> before = channels();

        suspend("suspend: console goes quiet");

        assertThat(guest.console().all()).doesNotContain("the toolstack asks for suspend");
        assertThat(channels()).isEqualTo(before);
    }

    @Test
    void isAskedOverXenstoreWhereItOffersNoChannel() {
        guest.ask("rm " + CHANNEL, PebbleGuest.PROMPT);

        suspend("pebble: the toolstack asks for suspend", "suspend: console goes quiet");

        assertThat(valueOf("control/shutdown")).isEmpty();
    }

    @Test
    void isAskedOverXenstoreWhereItsChannelIsNone() {
        guest.ask("write " + CHANNEL + " 77", PebbleGuest.PROMPT);

        suspend("pebble: the toolstack asks for suspend");
    }

    @Test
    void isAskedOverXenstoreAndNotAnyMore() {
        guest.ask("rm " + CHANNEL, PebbleGuest.PROMPT);
        guest.ask("suspend manual", PebbleGuest.PROMPT);
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        guest.console().await("pebble: waits for the command suspend", PebbleGuest.LIMIT);
        assertThat(valueOf("control/shutdown")).isEqualTo("suspend");

        domain.withdrawShutdownRequest();

        guest.console().await("pebble: the toolstack asks no longer", PebbleGuest.LIMIT);
        assertThat(valueOf("control/shutdown")).isEmpty();
    }

    private void suspend(String... lines) {
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        for (String line : lines) {
            guest.console().await(line, PebbleGuest.LIMIT);
        }
        awaitSuspended();
    }

    private void awaitSuspended() {
        await().atMost(PebbleGuest.LIMIT).until(() -> domain.snapshot().state() == DomainState.SUSPENDED);
    }

    private void resume(String line) {
        domain.resume();
        guest.console().await(line, PebbleGuest.LIMIT);
    }

    private long pinnedRoots() {
        return roots().stream().filter(PageTableSnapshot::pinned).count();
    }

    private long unpinnedRoots() {
        return roots().size() - pinnedRoots();
    }

    private List<PageTableSnapshot> roots() {
        return domain.pageTables().stream()
                .filter(table -> table.level() == ROOT)
                .toList();
    }

    private List<String> channels() {
        return domain.eventChannels().stream().map(PebbleSuspendIT::describe).toList();
    }

    private static String describe(EventChannelSnapshot channel) {
        return channel.port() + " " + channel.kind() + " " + channel.target() + " masked " + channel.masked();
    }

    private List<String> nodes() {
        return domain.xenstore().stream().map(XenstoreEntry::path).toList();
    }

    private String valueOf(String path) {
        return domain.xenstore().stream()
                .filter(entry -> entry.path().endsWith("/" + path))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
