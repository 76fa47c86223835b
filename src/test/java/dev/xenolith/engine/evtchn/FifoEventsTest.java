package dev.xenolith.engine.evtchn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.machine.FakePage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The FIFO form, consumed here as Linux does ({@code drivers/xen/events/events_fifo.c}). */
class FifoEventsTest {

    private static final long WORDS = 0x300;

    private final FakeDomain domain = new FakeDomain(new EventFabric(), 5, 2);
    private final EventChannels events = domain.events;
    private final FakePage words = domain.frame(WORDS);
    private final FakePage[] controls = {domain.frame(0x100), domain.frame(0x101)};
    private final int[][] heads = new int[2][16];

    @BeforeEach
    void givePages() {
        assertThat(events.initControl(0, 0x100, 0)).isZero();
        assertThat(events.initControl(1, 0x101, 0)).isZero();
        assertThat(events.expandArray(WORDS)).isZero();
    }

    @AfterEach
    void invariantsHold() {
        assertThat(events.checkInvariants()).isEmpty();
    }

    @Test
    void deliversInTheOrderOfSendingWithinAPriority() {
        int a = events.bindIpi(0);
        int b = events.bindIpi(0);
        int c = events.bindIpi(0);
        send(c, a, b, a);
        assertThat(domain.kicks).containsExactly(0);
        assertThat(consume(0)).containsExactly(c, a, b);
        send(b);
        assertThat(consume(0)).containsExactly(b);
        assertThat(consume(0)).isEmpty();
    }

    @Test
    void deliversTheMoreUrgentQueueFirst() {
        int usual = events.bindIpi(0);
        int urgent = events.bindIpi(0);
        assertThat(events.setPriority(urgent, 0)).isZero();
        send(usual, urgent);
        assertThat(controls[0].getInt(0)).isEqualTo(1 << 7 | 1);
        assertThat(consume(0)).containsExactly(urgent, usual);
    }

    @Test
    void givesEachVcpuItsOwnQueues() {
        int one = events.bindIpi(0);
        int two = events.bindIpi(1);
        send(one, two);
        assertThat(domain.kicks).containsExactly(0, 1);
        assertThat(consume(0)).containsExactly(one);
        assertThat(consume(1)).containsExactly(two);
    }

    @Test
    void appendsToAQueueThatIsBeingConsumed() {
        int a = events.bindIpi(0);
        int b = events.bindIpi(0);
        int c = events.bindIpi(0);
        send(a, b);
        assertThat(consumeOne(0, 7)).isEqualTo(a);
        send(c, a);
        assertThat(consume(0)).containsExactly(b, c, a);
    }

    @Test
    void doesNotLinkAMaskedEventUntilItIsUnmasked() {
        int port = events.bindIpi(0);
        set(port, EventFifo.MASKED);
        send(port);
        assertThat(word(port) & EventFifo.PENDING).isNotZero();
        assertThat(word(port) & EventFifo.LINKED).isZero();
        assertThat(domain.kicks).isEmpty();
        assertThat(events.unmask(port)).isZero();
        assertThat(consume(0)).containsExactly(port);
    }

    @Test
    void keepsAPortUnavailableWhileItIsStillOnAQueue() {
        int port = events.bindIpi(0);
        send(port);
        events.close(port);
        assertThat(word(port) & EventFifo.PENDING).isZero();
        assertThat(events.bindIpi(0)).isNotEqualTo(port);
        assertThat(consume(0)).as("no longer pending, only unlinked").isEmpty();
        assertThat(events.bindIpi(0)).isEqualTo(port);
    }

    @Test
    void movesAnEventToTheQueueOfItsNewPriority() {
        int port = events.bindIpi(0);
        int next = events.bindIpi(0);
        send(port);
        assertThat(events.setPriority(port, 2)).isZero();
        assertThat(consume(0)).containsExactly(port);
        send(port, next);
        assertThat(consume(0)).containsExactly(port, next);
        assertThat(controls[0].getInt(EventFifo.CONTROL_HEAD + 2 * 4)).isEqualTo(port);
    }

    @Test
    void movesAnEventToTheQueueOfItsNewVcpu() {
        int port = events.allocUnbound(DomidSpecial.SELF, DomidSpecial.SELF);
        int from = events.bindInterdomain(5, port);
        consume(0);
        send(from);
        assertThat(consume(0)).containsExactly(port);
        events.bindVcpu(port, 1);
        send(from);
        assertThat(consume(0)).isEmpty();
        assertThat(consume(1)).containsExactly(port);
    }

    @Test
    void remembersEventsOfPortsThatHaveNoWordYet() {
        for (int port = 1; port < 1023; port++) {
            events.bindIpi(0);
        }
        FakeDomain fresh = new FakeDomain(new EventFabric(), 6, 1);
        fresh.frame(1);
        fresh.frame(2);
        int early = fresh.events.bindIpi(0);
        fresh.events.send(early);
        assertThat(fresh.events.initControl(0, 1, 0)).isZero();
        int late = fresh.events.bindIpi(0);
        fresh.events.send(late);
        assertThat(fresh.frame(1).getInt(0)).isZero();
        assertThat(fresh.events.expandArray(2)).isZero();
        assertThat(fresh.frame(1).getInt(0)).isEqualTo(1 << 7);
        assertThat(fresh.frame(1).getInt(EventFifo.CONTROL_HEAD + 7 * 4)).isEqualTo(early);
        assertThat(fresh.frame(2).getInt(early * 4) & EventFifo.LINK_MASK).isEqualTo(late);
    }

    @Test
    void dropsEventsOfAVcpuWithoutAControlBlock() {
        FakeDomain fresh = new FakeDomain(new EventFabric(), 6, 2);
        fresh.frame(1);
        fresh.frame(2);
        fresh.events.initControl(0, 1, 0);
        fresh.events.expandArray(2);
        int port = fresh.events.bindIpi(1);
        assertThat(fresh.events.send(port)).isZero();
        assertThat(fresh.frame(2).getInt(port * 4)).isZero();
        assertThat(fresh.kicks).isEmpty();
    }

    @Test
    void refusesBadControlBlocks() {
        FakeDomain fresh = new FakeDomain(new EventFabric(), 6, 1);
        fresh.frame(1);
        assertThat(fresh.events.initControl(1, 1, 0)).isEqualTo(-Errno.ENOENT);
        assertThat(fresh.events.initControl(0, 1, 4)).isEqualTo(-Errno.EINVAL);
        assertThat(fresh.events.initControl(0, 1, 4096 - 72 + 8)).isEqualTo(-Errno.EINVAL);
        assertThat(fresh.events.initControl(0, 1, -8)).isEqualTo(-Errno.EINVAL);
        assertThat(fresh.events.initControl(0, 777, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(fresh.events.expandArray(1)).as("still 2-level").isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(fresh.events.initControl(0, 1, 4096 - 72)).isZero();
        assertThat(fresh.events.initControl(0, 1, 0)).as("once a vcpu").isEqualTo(-Errno.EINVAL);
        assertThat(fresh.events.expandArray(778)).isEqualTo(-Errno.EINVAL);
        assertThat(fresh.held).containsExactly(1L);
    }

    @Test
    void refusesBadPriorities() {
        int port = events.bindIpi(0);
        assertThat(events.setPriority(port, 15)).isZero();
        assertThat(events.setPriority(port, 16)).isEqualTo(-Errno.EINVAL);
        assertThat(events.setPriority(port, -1)).isEqualTo(-Errno.EINVAL);
        assertThat(events.setPriority(port + 1, 1)).isEqualTo(-Errno.EACCES);
    }

    @Test
    void takesNoMoreThanItsArrayPages() {
        for (int page = 1; page < EventFifo.ARRAY_PAGES; page++) {
            assertThat(events.expandArray(WORDS)).isZero();
        }
        assertThat(events.expandArray(WORDS)).isEqualTo(-Errno.ENOSPC);
    }

    @Test
    void survivesAGuestThatFillsItsPagesWithNonsense() {
        int a = events.bindIpi(0);
        int b = events.bindIpi(0);
        send(a, b);
        for (byte nonsense : new byte[] {(byte) 0xff, 0x55, 0}) {
            Arrays.fill(words.bytes(), nonsense);
            Arrays.fill(controls[0].bytes(), nonsense);
            send(a, b, a);
            events.unmask(a);
            assertThat(events.checkInvariants()).isEmpty();
        }
        events.close(b);
        assertThat(events.bindIpi(0)).isPositive();
    }

    @Test
    void givesThePagesBackOnReset() {
        assertThat(domain.held).hasSize(3);
        events.reset(DomidSpecial.SELF);
        assertThat(domain.held).isEmpty();
        int port = events.bindIpi(0);
        events.send(port);
        assertThat(domain.pending(port)).isTrue();
    }

    private void send(int... ports) {
        for (int port : ports) {
            assertThat(events.send(port)).isZero();
        }
    }

    private int word(int port) {
        return words.getInt(port * 4);
    }

    private void set(int port, int bit) {
        words.putInt(port * 4, word(port) | bit);
    }

    /** What a guest does on an upcall: takes queues by priority until none is ready. */
    private List<Integer> consume(int vcpu) {
        domain.acknowledge(vcpu);
        List<Integer> delivered = new ArrayList<>();
        int ready = controls[vcpu].getInt(0);
        controls[vcpu].putInt(0, 0);
        while (ready != 0) {
            int priority = Integer.numberOfTrailingZeros(ready);
            int port = consumeOne(vcpu, priority);
            if (heads[vcpu][priority] == 0) {
                ready &= ~(1 << priority);
            }
            if (port != 0) {
                delivered.add(port);
            }
            ready |= controls[vcpu].getInt(0);
            controls[vcpu].putInt(0, 0);
        }
        return delivered;
    }

    private int consumeOne(int vcpu, int priority) {
        int head = heads[vcpu][priority];
        if (head == 0) {
            head = controls[vcpu].getInt(EventFifo.CONTROL_HEAD + priority * 4);
        }
        if (head == 0) {
            return 0;
        }
        int word = word(head);
        heads[vcpu][priority] = word & EventFifo.LINK_MASK;
        words.putInt(head * 4, word & ~(EventFifo.LINKED | EventFifo.LINK_MASK | EventFifo.PENDING));
        boolean handle = (word & EventFifo.PENDING) != 0 && (word & EventFifo.MASKED) == 0;
        return handle ? head : 0;
    }
}
