package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameOfflining.Status;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.M2p;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {

    private SuspendedPebble pebble;

    @BeforeEach
    void suspend() throws Exception {
        pebble = new SuspendedPebble();
    }

    @AfterEach
    void close() {
        pebble.close();
    }

    private PageRetirement exchange(int mfn) {
        return pebble.host.retirement().retire(mfn, Mode.EXCHANGE);
    }

    private static int fresh(PageRetirement result) {
        return Objects.requireNonNull(result.newMfn(), result::toString).intValue();
    }

    private List<Integer> frames() {
        List<Integer> frames = new ArrayList<>();
        pebble.memory.machine().forEachFrame(pebble.memory.owner(), frames::add);
        return frames;
    }

    /** The first movable frame of a type. */
    private int frameOfType(int type) {
        return frames().stream()
                .filter(mfn -> pebble.memory.machine().table().type(mfn) == type)
                .filter(mfn -> pebble.host
                                .retirement()
                                .examine(mfn, Mode.EXCHANGE, false)
                                .reason()
                        == null)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void movesEveryFrameOfAGuestTwice() {
        for (int round = 0; round < 2; round++) {
            Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
            for (int mfn : frames()) {
                PageRetirement result = exchange(mfn);
                Reason reason = result.reason();
                if (reason == null) {
                    assertThat(result.state()).isEqualTo(State.OFFLINED);
                    assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
                } else {
                    assertThat(result.state()).isEqualTo(State.PENDING);
                    refused.merge(reason, 1, Integer::sum);
                }
            }
            assertThat(refused).isEqualTo(Map.of(Reason.HYPERVISOR_PAGE, 2, Reason.MAPPED, 2));
            pebble.expectSound();
            assertThat(pebble.hosted.examineSuspension().errors()).isEmpty();
            pebble.goOn();
            pebble.pebbles.type(pebble.hosted, "hash");
            pebble.hosted.runInstructions(SuspendedPebble.A_WHILE);
            assertThat(pebble.pebbles.printed()).contains("0 changed: GOOD").doesNotContain(": BAD");
            pebble.suspend();
        }
    }

    @Test
    void keepsTheAccessedAndDirtyBitsAndLeavesLookAlikesAlone() {
        int mfn = frameOfType(FrameType.WRITABLE);
        long name = pebble.memory.view().guestMfnOf(mfn);
        int l1 = frames().stream()
                .filter(table -> pebble.memory.machine().table().type(table) == FrameType.L1)
                .filter(table -> pebble.memory.readLong(table, 511 << 3) == 0)
                .findFirst()
                .orElseThrow();
        long lookAlike = PageTableEntry.of(name, PageTableEntry.RW | PageTableEntry.PSE | PageTableEntry.DIRTY);
        pebble.memory.writeLong(l1, 511 << 3, lookAlike);
        List<Long> entries = entriesNaming(name);
        assertThat(entries).isNotEmpty();

        PageRetirement result = exchange(mfn);

        long to = pebble.memory.view().guestMfnOf(fresh(result));
        assertThat(entriesNaming(name)).isEmpty();
        assertThat(entriesNaming(to))
                .containsExactlyInAnyOrderElementsOf(entries.stream()
                        .map(entry -> PageTableEntry.of(to, entry & ~PageTableEntry.MFN_MASK))
                        .toList());
        assertThat(pebble.memory.readLong(l1, 511 << 3)).isEqualTo(lookAlike);
        assertThat(pebble.memory.m2p().get(name)).isEqualTo(M2p.INVALID);
        pebble.memory.writeLong(l1, 511 << 3, 0);
    }

    private List<Long> entriesNaming(long guestMfn) {
        List<Long> entries = new ArrayList<>();
        for (int mfn : frames()) {
            if (FrameType.isPageTable(pebble.memory.machine().table().type(mfn))) {
                for (int slot = 0; slot < 512; slot++) {
                    long entry = pebble.memory.readLong(mfn, slot << 3);
                    if (PageTableEntry.isPresent(entry) && PageTableEntry.mfn(entry) == guestMfn) {
                        entries.add(entry);
                    }
                }
            }
        }
        return entries;
    }

    @Test
    void leavesAPinnedTablePinned() {
        int pinned = frames().stream()
                .filter(mfn -> pebble.memory.machine().table().has(mfn, FrameFlags.PINNED))
                .findFirst()
                .orElseThrow();
        int type = pebble.memory.machine().table().type(pinned);
        int fresh = fresh(exchange(pinned));
        assertThat(pebble.memory.machine().table().has(fresh, FrameFlags.PINNED))
                .isTrue();
        assertThat(pebble.memory.machine().table().type(fresh)).isEqualTo(type);
    }

    @Test
    void movesNothingOfAGuestThatRuns() {
        int mfn = frameOfType(FrameType.WRITABLE);
        pebble.hosted.resume();
        PageRetirement result = exchange(mfn);
        assertThat(result.state()).isEqualTo(State.PENDING);
        assertThat(result.reason()).isEqualTo(Reason.GUEST_MUST_SUSPEND);
        assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINING);
    }

    @Test
    void movesNothingOfAGuestThatEnded() throws Exception {
        int mfn = frameOfType(FrameType.WRITABLE);
        pebble.hosted.loseMemory("the test says so");
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.DOMAIN_ENDING);
    }

    @Test
    void examinesWithoutMarking() {
        int mfn = frameOfType(FrameType.WRITABLE);
        Likeness before = Likeness.of(pebble.guest);
        PageRetirement would = pebble.host.retirement().examine(mfn, Mode.EXCHANGE, false);
        assertThat(would.state()).isEqualTo(State.OFFLINED);
        assertThat(would.newMfn()).isNull();
        assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.IN_USE);
        Likeness.of(pebble.guest).expectSameAs(before, "examined");
    }

    @Test
    void takesAFreeFrameAtOnceAndRefusesWhatIsNone() {
        assertThat(exchange(60000).state()).isEqualTo(State.OFFLINED);
        assertThat(pebble.host.frame(60000).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
        assertThat(exchange(3).reason()).isEqualTo(Reason.NOT_RAM);
        assertThat(pebble.host.retirement().retire(1L << 40, Mode.EXCHANGE).reason())
                .isEqualTo(Reason.NOT_RAM);
        pebble.memory.machine().offline(60001, true);
        assertThat(exchange(60001).reason()).isEqualTo(Reason.BROKEN);
    }

    @Test
    void marksUpToTheFirstFrameThatIsRefused() {
        List<FrameOfflining> answers = pebble.host.retirement().offline(254, 4);
        assertThat(answers)
                .extracting(FrameOfflining::status)
                .containsExactly(Status.FAILED, Status.INVALID, Status.INVALID, Status.INVALID);
        assertThat(answers.getFirst().reasons()).containsExactly(FrameOfflining.Reason.NOT_CONV_RAM);
        assertThat(answers.get(1).word()).as("PG_OFFLINE_INVALID").isEqualTo(1);
        assertThat(pebble.host.frame(256).orElseThrow().state()).isNotIn(FrameState.OFFLINING, FrameState.OFFLINED);
        assertThat(pebble.host.retirement().offline(1L << 40, 1).getFirst().status())
                .isEqualTo(Status.INVALID);
    }

    @Test
    void wantsTheFrameMarkedBefore() {
        int mfn = frameOfType(FrameType.WRITABLE);
        PageRetirement result = pebble.hosted.retirement().retire(mfn, Mode.EXCHANGE);
        assertThat(result.state()).isEqualTo(State.FAILED);
        assertThat(result.reason()).isEqualTo(Reason.NOT_PENDING);
    }

    @Test
    void movesNoFrameOfAnotherDomain() {
        var neighbour = pebble.memory.machine().createOwner(77);
        int mfn = pebble.memory.machine().allocate(neighbour, 0);
        pebble.host.retirement().offline(mfn, 1);
        PageRetirement result = pebble.hosted.retirement().retire(mfn, Mode.EXCHANGE);
        assertThat(result.state()).isEqualTo(State.FAILED);
        assertThat(result.reason()).isEqualTo(Reason.NOT_OWNED);
        assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINING);
    }

    @Test
    void refusesWhatTheP2mDoesNotKnow() {
        int mfn = frameOfType(FrameType.WRITABLE);
        long name = pebble.memory.view().guestMfnOf(mfn);
        long pfn = pebble.memory.m2p().get(name);
        pebble.memory.setM2p(name, M2p.INVALID);
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.NO_PFN);
        pebble.memory.setM2p(name, pfn + 1);
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.P2M_UNKNOWN);
        pebble.memory.setM2p(name, 1L << 50);
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.P2M_UNKNOWN);
        pebble.memory.setM2p(name, pfn);
        pebble.guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_VADDR, 0xFFFF_8000_0000_0000L);
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.P2M_UNKNOWN);
        pebble.expectSound();
    }

    @Test
    void writesNoP2mThatIsAPageTable() {
        int mfn = frameOfType(FrameType.WRITABLE);
        int table = frameOfType(FrameType.L1);
        long name = pebble.memory.view().guestMfnOf(table);
        pebble.guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_VADDR, 0);
        pebble.guest.sharedInfo().putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, name);
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.P2M_UNKNOWN);
        pebble.guest.sharedInfo().putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, -1);
        pebble.guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_CR3, name << 12);
        pebble.guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_VADDR, 1L << 40);
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.P2M_UNKNOWN);
        pebble.expectSound();
    }

    @Test
    void movesEveryFrameOfAGuestThatKeptItsOldNumbers(@TempDir Path folder) throws Exception {
        pebble.goOn();
        HostedDomain copy =
                (HostedDomain) pebble.pebbles.restore(pebble.pebbles.save(pebble.hosted, folder.resolve("image")));
        copy.unpause();
        copy.requestShutdown(ShutdownRequest.SUSPEND);
        Awaitility.await().until(() -> copy.snapshot().state() == DomainState.SUSPENDED);
        List<Integer> all = new ArrayList<>();
        pebble.memory.machine().forEachFrame(copy.guest().memory().owner(), all::add);
        long offlined = all.stream()
                .map(this::exchange)
                .filter(result -> result.state() == State.OFFLINED)
                .count();
        assertThat(offlined).isEqualTo(all.size() - 4);
        pebble.expectSound();
        assertThat(copy.examineSuspension().errors()).isEmpty();
        copy.resume();
        copy.pause();
        int before = pebble.pebbles.printed().length();
        pebble.pebbles.type(copy, "hash");
        copy.runInstructions(SuspendedPebble.A_WHILE);
        assertThat(pebble.pebbles.printed().substring(before)).contains("0 changed: GOOD");
        pebble.expectSound();
    }

    @Test
    void refusesAGrantedFrame() {
        int mfn = frameOfType(FrameType.WRITABLE);
        pebble.hosted.grantTable().seed(9, pebble.memory.view().guestMfnOf(mfn));
        pebble.goOn();
        pebble.suspend();
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.GRANTED);
    }

    @Test
    void undoesEverythingWhenSomethingRefersToTheFrameThatIsNotFound() {
        int mfn = frameOfType(FrameType.WRITABLE);
        Likeness before = Likeness.of(pebble.guest);
        int total = pebble.memory.machine().table().total(mfn);
        pebble.memory.machine().table().setTotal(mfn, total + 1);
        PageRetirement result = exchange(mfn);
        assertThat(result.state()).isEqualTo(State.FAILED);
        assertThat(result.reason()).isEqualTo(Reason.STILL_REFERENCED);
        pebble.memory.machine().table().setTotal(mfn, total);
        Likeness.of(pebble.guest).expectSameAs(before, "refused");
    }

    @Test
    void undoesEverythingWhenTheHostIsFull() {
        int mfn = frameOfType(FrameType.L1);
        Likeness before = Likeness.of(pebble.guest);
        var squatter = pebble.memory.machine().createOwner(77);
        while (pebble.memory.machine().allocate(squatter, 0) > 0) {}
        assertThat(exchange(mfn).reason()).isEqualTo(Reason.NO_MEMORY);
        assertThat(pebble.host.retirement().retire(mfn, Mode.BACKING).reason()).isEqualTo(Reason.NO_MEMORY);
        Likeness.of(pebble.guest).expectSameAs(before, "refused");
        pebble.expectSound();
    }

    @Test
    void takesTheFrameOfflineWhenTheGuestIsGone() {
        int mfn = frameOfType(FrameType.WRITABLE);
        pebble.host.retirement().offline(mfn, 1);
        pebble.hosted.resume();
        pebble.hosted.requestShutdown(ShutdownRequest.POWEROFF);
        pebble.hosted.destroy();
        assertThat(pebble.host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
    }
}
