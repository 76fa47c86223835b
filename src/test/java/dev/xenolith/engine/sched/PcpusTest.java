package dev.xenolith.engine.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PcpusTest {

    private final Pcpus pcpus = new Pcpus(2);

    @AfterEach
    void close() {
        pcpus.close();
    }

    @Test
    void refusesAPoolWithoutThreads() {
        assertThatThrownBy(() -> new Pcpus(0)).hasMessage("pcpus: expected at least 1, got 0");
    }

    @Test
    void givesNoTurnBeforeTheFirstWake() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        pcpus.seat("idle", () -> {
            turns.incrementAndGet();
            return DomainTurn.NEVER;
        });
        Thread.sleep(20);
        assertThat(turns).hasValue(0);
    }

    @Test
    void goesOnAsLongAsTheTurnSaysAgain() throws Exception {
        CountDownLatch turns = new CountDownLatch(50);
        Seat seat = pcpus.seat("busy", () -> {
            turns.countDown();
            return turns.getCount() == 0 ? DomainTurn.NEVER : DomainTurn.AGAIN;
        });
        seat.wake();
        assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givesATurnAtTheDeadline() throws Exception {
        AtomicLong first = new AtomicLong();
        CountDownLatch second = new CountDownLatch(1);
        Seat seat = pcpus.seat("timer", () -> {
            if (first.compareAndSet(0, System.nanoTime())) {
                return System.nanoTime() + 30_000_000;
            }
            second.countDown();
            return DomainTurn.NEVER;
        });
        seat.wake();
        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - first.get()).isGreaterThanOrEqualTo(30_000_000);
    }

    @Test
    void keepsAWakeThatComesDuringTheTurn() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        AtomicReference<Seat> self = new AtomicReference<>();
        Seat seat = pcpus.seat("woken", () -> {
            if (turns.incrementAndGet() == 1) {
                self.get().wake();
            } else {
                second.countDown();
            }
            return DomainTurn.NEVER;
        });
        self.set(seat);
        seat.wake();
        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void runsACallOnlyBetweenTurns() {
        AtomicBoolean inTurn = new AtomicBoolean();
        Seat seat = pcpus.seat("busy", () -> {
            inTurn.set(true);
            Thread.onSpinWait();
            inTurn.set(false);
            return DomainTurn.AGAIN;
        });
        seat.wake();
        for (int i = 0; i < 200; i++) {
            assertThat(seat.call(inTurn::get)).isFalse();
        }
        seat.leave();
    }

    @Test
    void givesNoTurnAfterLeaving() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        Seat seat = pcpus.seat("leaving", () -> {
            turns.incrementAndGet();
            return DomainTurn.AGAIN;
        });
        seat.wake();
        seat.leave();
        int seen = turns.get();
        seat.wake();
        Thread.sleep(20);
        assertThat(turns).hasValue(seen);
    }

    @Test
    void survivesATurnThatThrows() throws Exception {
        Seat bad = pcpus.seat("bad", () -> {
            throw new IllegalStateException("for the test");
        });
        bad.wake();
        CountDownLatch ran = new CountDownLatch(1);
        Seat good = pcpus.seat("good", () -> {
            ran.countDown();
            return DomainTurn.NEVER;
        });
        good.wake();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
