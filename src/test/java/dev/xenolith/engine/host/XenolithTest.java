package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.BootImageUnusableException;
import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.WrongStateException;
import dev.xenolith.engine.build.KernelFixture;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class XenolithTest {

    /** jmp . */
    private static final byte[] SPIN = {(byte) 0xeb, (byte) 0xfe};

    /** ud2, without a handler: the guest cannot go on. */
    private static final byte[] DIE = {0x0f, 0x0b};

    /** mov $29, %eax; mov $1, %edi; syscall; jmp back: SCHEDOP_block for ever. */
    private static final byte[] SLEEP = {
        (byte) 0xb8, 29, 0, 0, 0, (byte) 0xbf, 1, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf2
    };

    private final Xenolith host = new Xenolith(4096, 2);
    private final BlockingQueue<EngineEvent> events = new LinkedBlockingQueue<>();
    private final AutoCloseable subscription = host.subscribe(events::add);

    @AfterEach
    void close() throws Exception {
        subscription.close();
        host.close();
    }

    private static DomainSpec spec(byte[] kernel, long pages, int vcpus, String commandLine) {
        return new DomainSpec(
                UUID.randomUUID(),
                "test",
                pages,
                vcpus,
                MemorySegment.ofArray(kernel),
                null,
                commandLine,
                new ClockSpec.Real(),
                (bytes, offset, length) -> {});
    }

    private Domain create(byte[] code) {
        KernelFixture kernel = KernelFixture.plain();
        kernel.code = code;
        return host.create(spec(kernel.build(), 1024, 1, ""));
    }

    private EngineEvent awaitEvent() throws InterruptedException {
        EngineEvent event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }

    @Test
    void leavesANewDomainPausedAtItsFirstInstruction() {
        Domain domain = create(SPIN);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);
        assertThat(domain.snapshot().retiredInstructions()).isZero();
        assertThat(domain.vcpus().getFirst().registers())
                .containsEntry("rip", 0x100000L)
                .containsEntry("cs", 0xe033L)
                .containsEntry("ss", 0xe02bL);
        assertThat(domain.memory().byType()).containsEntry("l4", 1L).containsEntry("l1", 2L);
        assertThat(domain.memory().pinned()).isEqualTo(1);
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    @Test
    void runsAndStandsStillAsTold() throws Exception {
        Domain domain = create(SPIN);
        domain.unpause();
        domain.unpause();
        while (domain.snapshot().retiredInstructions() == 0) {
            Thread.sleep(1);
        }
        domain.pause();
        domain.pause();
        long retired = domain.snapshot().retiredInstructions();
        Thread.sleep(20);
        assertThat(domain.snapshot().retiredInstructions()).isEqualTo(retired);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);
    }

    @Test
    void givesASleepingDomainNoTurns() throws Exception {
        Domain domain = create(SLEEP);
        domain.unpause();
        Thread.sleep(100);
        long retired = domain.snapshot().retiredInstructions();
        assertThat(retired).isBetween(1L, 100L);
        Thread.sleep(50);
        assertThat(domain.snapshot().retiredInstructions()).isEqualTo(retired);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void keepsACrashedDomainAndSaysWhy() throws Exception {
        Domain domain = create(DIE);
        domain.unpause();
        assertThat(awaitEvent()).isInstanceOfSatisfying(EngineEvent.GuestCrashed.class, crash -> {
            assertThat(crash.domid()).isEqualTo(domain.domid());
            assertThat(crash.reason()).isEqualTo(EngineEvent.CrashReason.TRIPLE_FAULT);
        });
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.CRASHED);
        assertThat(domain.memory().pages()).isEqualTo(1024);
        assertThatThrownBy(domain::unpause).isInstanceOf(WrongStateException.class);
        assertThatThrownBy(domain::pause).hasMessage("pause is not allowed while CRASHED");
        assertThat(host.host().degraded()).isEmpty();
    }

    @Test
    void givesEverythingBackWhenADomainIsDestroyed() {
        long free = host.host().freeFrames();
        long backed = host.host().backedFrames();
        Domain domain = create(SPIN);
        domain.unpause();
        assertThat(host.host().freeFrames()).isLessThan(free);
        domain.destroy();
        domain.destroy();
        assertThat(host.host().freeFrames()).isEqualTo(free);
        assertThat(host.host().backedFrames()).isEqualTo(backed);
        assertThat(host.domains()).isEmpty();
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.DYING);
    }

    @Test
    void leavesNothingBehindOfADomainThatCannotBeBuilt() {
        long free = host.host().freeFrames();
        byte[] kernel = KernelFixture.plain().build();
        assertThatThrownBy(() -> host.create(spec(new byte[100], 1024, 1, "")))
                .isInstanceOf(BootImageUnusableException.class);
        assertThatThrownBy(() -> host.create(spec(kernel, 100, 1, ""))).isInstanceOf(BootImageUnusableException.class);
        assertThatThrownBy(() -> host.create(spec(kernel, 5000, 1, "")))
                .isInstanceOf(InsufficientMemoryException.class);
        assertThatThrownBy(() -> host.create(spec(kernel, 1024, 10_000, "")))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> host.create(spec(kernel, 1024, 0, ""))).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> host.create(spec(kernel, 1024, 1, "x".repeat(1024))))
                .hasMessage("command line bytes: at most 1023, got 1024");
        assertThat(host.host().freeFrames()).isEqualTo(free);
        assertThat(host.domains()).isEmpty();
        assertThat(host.create(spec(kernel, 1024, 1, "x".repeat(1023)))
                        .snapshot()
                        .state())
                .isEqualTo(DomainState.PAUSED);
    }

    @Test
    void givesADomidOutAgainOnlyWhenAllOthersHadTheirs() {
        Domain first = create(SPIN);
        first.destroy();
        assertThat(create(SPIN).domid()).isEqualTo(first.domid() + 1);
        assertThat(host.domain(first.domid())).isEmpty();
    }

    @Test
    void showsFramesByOwnerAndState() {
        Domain domain = create(SPIN);
        var page = host.frames(new FrameQuery(0, 10, null, domain.domid()));
        assertThat(page.frames()).hasSize(10).allMatch(frame -> frame.state() == FrameState.IN_USE);
        assertThat(page.nextMfn()).isNotNull();
        FrameSnapshot free = host.frames(new FrameQuery(0, 1, FrameState.FREE, null))
                .frames()
                .getFirst();
        assertThat(free.domid()).isNull();
        assertThat(host.frame(free.mfn())).contains(free);
        assertThat(host.frame(1L << 40)).isEmpty();
    }

    @Test
    void refusesToCountInstructionsByTheRealClock() {
        Domain domain = create(SPIN);
        assertThatThrownBy(() -> domain.runInstructions(1)).isInstanceOf(WrongStateException.class);
    }

    @Test
    void furnishesXenstoreAndConsole() {
        Domain domain = create(SPIN);
        assertThat(domain.xenstore())
                .anyMatch(entry ->
                        entry.path().endsWith("/domid") && entry.value().equals(Integer.toString(domain.domid())));
        assertThat(domain.eventChannels())
                .hasSize(2)
                .allMatch(port -> port.kind().equals("interdomain"));
        assertThat(domain.grants()).hasSize(2);
        assertThat(domain.devices()).isNotEmpty();
    }
}
