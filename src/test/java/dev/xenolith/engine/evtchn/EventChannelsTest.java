package dev.xenolith.engine.evtchn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventChannelOp;
import dev.xenolith.engine.abi.Virq;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a guest may do with ports of the 2-level form, and what it is told when it may not. */
class EventChannelsTest {

    private final EventFabric fabric = new EventFabric();
    private final FakeDomain domain = new FakeDomain(fabric, 5, 2);
    private final FakeDomain other = new FakeDomain(fabric, 6, 1);
    private final EventChannels events = domain.events;

    @AfterEach
    void invariantsHold() {
        assertThat(events.checkInvariants()).isEmpty();
        assertThat(other.events.checkInvariants()).isEmpty();
    }

    @Test
    void givesPortsFromOneUpwardsAndReusesTheLowest() {
        assertThat(events.bindIpi(0)).isEqualTo(1);
        assertThat(events.bindIpi(1)).isEqualTo(2);
        assertThat(events.close(1)).isZero();
        assertThat(events.bindVirq(Virq.TIMER, 0)).isEqualTo(1);
    }

    @Test
    void refusesAPortBeyondTheDomainsLimit() {
        for (int port = 1; port <= 1023; port++) {
            assertThat(events.bindIpi(0)).isEqualTo(port);
        }
        assertThat(events.bindIpi(0)).isEqualTo(-Errno.ENOSPC);
        assertThat(events.allocUnbound(DomidSpecial.SELF, 0)).isEqualTo(-Errno.ENOSPC);
        events.close(77);
        assertThat(events.bindIpi(0)).isEqualTo(77);
    }

    @Test
    void raisesAVirqOnItsVcpu() {
        int port = events.bindVirq(Virq.TIMER, 1);
        events.sendVirq(Virq.TIMER, 0);
        assertThat(domain.kicks).isEmpty();
        events.sendVirq(Virq.TIMER, 1);
        assertThat(domain.pending(port)).isTrue();
        assertThat(domain.selector(1)).isEqualTo(1);
        assertThat(domain.upcall(1)).isTrue();
        assertThat(domain.upcall(0)).isFalse();
        assertThat(domain.kicks).containsExactly(1);
    }

    @Test
    void kicksOnceUntilTheGuestHasLooked() {
        int first = events.bindIpi(0);
        int second = events.bindIpi(0);
        events.send(first);
        events.send(second);
        events.send(first);
        assertThat(domain.kicks).containsExactly(0);
        domain.acknowledge(0);
        events.send(second);
        assertThat(domain.kicks).containsExactly(0);
        assertThat(domain.pending(first)).isFalse();
    }

    @Test
    void leavesNoTraceInTheSelectorOfAMaskedPortUntilItIsUnmasked() {
        int port = events.bindIpi(1);
        domain.mask(port);
        events.send(port);
        assertThat(domain.pending(port)).isTrue();
        assertThat(domain.selector(1)).isZero();
        assertThat(domain.kicks).isEmpty();
        assertThat(events.unmask(port)).isZero();
        assertThat(domain.selector(1)).isEqualTo(1);
        assertThat(domain.kicks).containsExactly(1);
    }

    @Test
    void unmasksAQuietOrUnmaskedPortWithoutAnUpcall() {
        int port = events.bindIpi(0);
        domain.mask(port);
        assertThat(events.unmask(port)).isZero();
        assertThat(events.unmask(port)).isZero();
        assertThat(domain.kicks).isEmpty();
    }

    @Test
    void unmasksAFreeValidPortAsNothingButRefusesAnInvalidOne() {
        assertThat(events.unmask(7)).isZero();
        assertThat(events.unmask(0)).isZero();
        assertThat(events.unmask(64)).isEqualTo(-Errno.EINVAL);
        assertThat(events.unmask(-1)).isEqualTo(-Errno.EINVAL);
        assertThat(events.unmask(Integer.MAX_VALUE)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void saysWhetherAnUpcallIsDue() {
        int port = events.bindIpi(0);
        domain.maskUpcalls(0, true);
        events.send(port);
        assertThat(events.upcallDue(0)).isFalse();
        domain.maskUpcalls(0, false);
        assertThat(events.upcallDue(0)).isTrue();
        assertThat(events.upcallDue(1)).isFalse();
    }

    @Test
    void bindsAVirqOnceAVcpu() {
        assertThat(events.bindVirq(Virq.DEBUG, 0)).isPositive();
        assertThat(events.bindVirq(Virq.DEBUG, 0)).isEqualTo(-Errno.EEXIST);
        assertThat(events.bindVirq(Virq.DEBUG, 1)).isPositive();
        assertThat(events.bindVirq(Virq.DEBUG, 2)).isEqualTo(-Errno.ENOENT);
        assertThat(events.bindVirq(24, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindVirq(-1, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesVirqsThatAreNotAGuests() {
        assertThat(events.bindVirq(Virq.CONSOLE, 0)).isEqualTo(-Errno.EBUSY);
        assertThat(events.bindVirq(Virq.CONSOLE, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindVirq(Virq.ARGO, 0)).isPositive();
        assertThat(events.bindVirq(Virq.ARGO, 1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void freesAVirqForANewBinding() {
        int port = events.bindVirq(Virq.TIMER, 0);
        assertThat(events.virqBound(Virq.TIMER, 0)).isTrue();
        events.close(port);
        assertThat(events.virqBound(Virq.TIMER, 0)).isFalse();
        events.sendVirq(Virq.TIMER, 0);
        assertThat(domain.kicks).isEmpty();
        assertThat(events.bindVirq(Virq.TIMER, 0)).isEqualTo(port);
    }

    @Test
    void refusesPhysicalInterrupts() {
        assertThat(events.bindPirq(9)).isEqualTo(-Errno.EPERM);
        assertThat(events.bindPirq(1 << 20)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void rebindsOnlyWhatIsNotAVcpusOwn() {
        int unbound = events.allocUnbound(DomidSpecial.SELF, 6);
        int domainVirq = events.bindVirq(Virq.ARGO, 0);
        int ipi = events.bindIpi(0);
        int timer = events.bindVirq(Virq.TIMER, 0);
        assertThat(events.bindVcpu(unbound, 1)).isZero();
        assertThat(events.status(DomidSpecial.SELF, unbound).vcpu()).isEqualTo(1);
        assertThat(events.bindVcpu(domainVirq, 1)).isZero();
        events.sendVirq(Virq.ARGO, 0);
        assertThat(domain.kicks).containsExactly(1);
        assertThat(events.bindVcpu(ipi, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindVcpu(timer, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindVcpu(60, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindVcpu(unbound, 2)).isEqualTo(-Errno.ENOENT);
        assertThat(events.bindVcpu(unbound, -1)).isEqualTo(-Errno.ENOENT);
        assertThat(events.bindVcpu(5000, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesToSendOrCloseWhatIsNotBound() {
        assertThat(events.send(0)).isEqualTo(-Errno.EINVAL);
        assertThat(events.send(3)).isEqualTo(-Errno.EINVAL);
        assertThat(events.send(-4)).isEqualTo(-Errno.EINVAL);
        assertThat(events.send(4096)).isEqualTo(-Errno.EINVAL);
        assertThat(events.send(events.bindVirq(Virq.TIMER, 0))).isEqualTo(-Errno.EINVAL);
        assertThat(events.close(0)).isEqualTo(-Errno.EINVAL);
        assertThat(events.close(9)).isEqualTo(-Errno.EINVAL);
        assertThat(events.close(Integer.MIN_VALUE)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void connectsTwoDomainsAndDeliversOnTheReceiversCarrier() {
        int theirs = other.events.allocUnbound(DomidSpecial.SELF, 5);
        int ours = events.bindInterdomain(6, theirs);
        assertThat(ours).isPositive();
        assertThat(domain.pending(ours)).as("the binder is told once").isTrue();
        assertThat(events.status(DomidSpecial.SELF, ours))
                .isEqualTo(new ChannelStatus(0, EventChannelOp.STATUS_INTERDOMAIN, 0, 6, theirs));
        assertThat(other.events.status(DomidSpecial.SELF, theirs))
                .isEqualTo(new ChannelStatus(0, EventChannelOp.STATUS_INTERDOMAIN, 0, 5, ours));
        assertThat(events.send(ours)).isZero();
        assertThat(other.wakes).isEqualTo(1);
        assertThat(other.pending(theirs)).isFalse();
        other.events.deliverInbox();
        assertThat(other.pending(theirs)).isTrue();
        assertThat(other.kicks).containsExactly(0);
    }

    @Test
    void refusesAPortThatWaitsForSomebodyElse() {
        int forSelf = other.events.allocUnbound(DomidSpecial.SELF, DomidSpecial.SELF);
        int forDomain0 = other.events.allocUnbound(DomidSpecial.SELF, 0);
        assertThat(events.bindInterdomain(6, forSelf)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindInterdomain(6, forDomain0)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindInterdomain(6, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindInterdomain(6, 100000)).isEqualTo(-Errno.EINVAL);
        assertThat(events.bindInterdomain(7, 1)).isEqualTo(-Errno.ESRCH);
        assertThat(events.bindInterdomain(0, 1)).isEqualTo(-Errno.EINVAL);
        int once = other.events.allocUnbound(DomidSpecial.SELF, 5);
        assertThat(events.bindInterdomain(6, once)).isPositive();
        assertThat(events.bindInterdomain(6, once)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void leavesTheOtherEndUnboundWhenOneIsClosed() {
        int theirs = other.events.allocUnbound(DomidSpecial.SELF, 5);
        int ours = events.bindInterdomain(6, theirs);
        events.send(ours);
        assertThat(events.close(ours)).isZero();
        other.events.deliverInbox();
        assertThat(other.pending(theirs)).isFalse();
        assertThat(other.events.status(DomidSpecial.SELF, theirs).status()).isEqualTo(EventChannelOp.STATUS_UNBOUND);
        assertThat(other.events.send(theirs)).as("dropped in silence").isZero();
        assertThat(events.bindInterdomain(6, theirs)).isPositive();
    }

    @Test
    void leavesTheOtherEndUnboundWhenADomainEnds() {
        int ours = events.allocUnbound(DomidSpecial.SELF, 6);
        other.events.bindInterdomain(5, ours);
        other.events.destroy();
        assertThat(events.status(DomidSpecial.SELF, ours))
                .isEqualTo(new ChannelStatus(0, EventChannelOp.STATUS_UNBOUND, 0, 6, 0));
        assertThat(events.bindInterdomain(6, 1)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void loopsBackWithinOneDomain() {
        int waiting = events.allocUnbound(DomidSpecial.SELF, DomidSpecial.SELF);
        int bound = events.bindInterdomain(5, waiting);
        domain.acknowledge(0);
        events.send(bound);
        assertThat(domain.pending(waiting)).isTrue();
        events.send(waiting);
        assertThat(domain.pending(bound)).isTrue();
        events.close(waiting);
        assertThat(events.status(5, bound).status()).isEqualTo(EventChannelOp.STATUS_UNBOUND);
    }

    @Test
    void letsAGuestActOnNobodyElse() {
        assertThat(events.allocUnbound(6, 5)).isEqualTo(-Errno.EPERM);
        assertThat(events.allocUnbound(0, 5)).isEqualTo(-Errno.EPERM);
        assertThat(events.allocUnbound(99, 5)).isEqualTo(-Errno.ESRCH);
        assertThat(events.allocUnbound(5, 6)).isPositive();
        assertThat(events.reset(6)).isEqualTo(-Errno.EPERM);
        assertThat(events.reset(DomidSpecial.IDLE)).isEqualTo(-Errno.ESRCH);
        assertThat(events.status(6, 1).error()).isEqualTo(-Errno.EPERM);
        assertThat(events.status(6, 100).error()).isEqualTo(-Errno.EINVAL);
        assertThat(events.status(0, 1).error()).isEqualTo(-Errno.EPERM);
        assertThat(events.status(99, 1).error()).isEqualTo(-Errno.ESRCH);
        assertThat(events.status(5, 1).error()).isZero();
    }

    @Test
    void saysOfAFreePortThatItIsClosed() {
        assertThat(events.status(DomidSpecial.SELF, 0)).isEqualTo(new ChannelStatus(0, 0, 0, 0, 0));
        assertThat(events.status(DomidSpecial.SELF, 63)).isEqualTo(new ChannelStatus(0, 0, 0, 0, 0));
        assertThat(events.status(DomidSpecial.SELF, 64).error()).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void resetsEveryPort() {
        int ipi = events.bindIpi(1);
        int timer = events.bindVirq(Virq.TIMER, 0);
        events.send(ipi);
        assertThat(events.reset(DomidSpecial.SELF)).isZero();
        assertThat(domain.pending(ipi)).isFalse();
        assertThat(events.list()).isEmpty();
        assertThat(events.virqBound(Virq.TIMER, 0)).isFalse();
        assertThat(events.bindIpi(0)).isEqualTo(Math.min(ipi, timer));
    }

    @Test
    void knowsNoFifoUntilAControlBlockIsGiven() {
        int port = events.bindIpi(0);
        assertThat(events.setPriority(port, 3)).isEqualTo(-Errno.ENOSYS);
        assertThat(events.setPriority(9999, 3)).isEqualTo(-Errno.EINVAL);
        assertThat(events.expandArray(1)).isEqualTo(-Errno.EOPNOTSUPP);
    }

    @Test
    void endsAPollWhenItsPortOrAnyOfSeveralIsRaised() {
        int first = events.bindIpi(1);
        int second = events.bindIpi(1);
        domain.mask(first);
        domain.mask(second);
        assertThat(events.poll(0, new int[] {first})).isEqualTo(1);
        events.send(second);
        assertThat(domain.kicks).isEmpty();
        events.send(first);
        assertThat(domain.kicks).containsExactly(0);
        domain.acknowledge(0);
        assertThat(events.poll(0, new int[] {first, second})).isEqualTo(1);
        events.send(second);
        assertThat(domain.kicks).containsExactly(0);
    }

    @Test
    void doesNotPollForWhatIsThereOrCannotBe() {
        int port = events.bindIpi(0);
        domain.mask(port);
        events.send(port);
        assertThat(events.poll(0, new int[] {port})).isZero();
        assertThat(events.poll(0, new int[] {0})).isEqualTo(-Errno.EINVAL);
        assertThat(events.poll(0, new int[] {50})).isEqualTo(-Errno.EINVAL);
        assertThat(events.poll(0, new int[] {70000})).isEqualTo(-Errno.EINVAL);
        events.unmask(port);
        assertThat(events.poll(0, new int[] {events.bindIpi(0)}))
                .as("an upcall is due")
                .isZero();
    }

    @Test
    void forgetsAPollWhoseTimeIsUp() {
        int port = events.bindIpi(1);
        domain.mask(port);
        events.poll(0, new int[] {port});
        events.endPoll(0);
        events.send(port);
        assertThat(domain.kicks).isEmpty();
    }

    @Test
    void marksEverythingPendingWhenAVcpuInfoMoves() {
        events.vcpuInfoMoved(1);
        assertThat(domain.selector(1)).isEqualTo(-1L);
        assertThat(domain.kicks).containsExactly(1);
    }

    @Test
    void keepsTheNameTheGuestBelievesInApartFromTheHosts() {
        FakeDomain restored = new FakeDomain(fabric, 9, 5, 1);
        restored.events.open();
        int loop = restored.events.allocUnbound(5, DomidSpecial.SELF);
        assertThat(restored.events.status(5, loop).target()).isEqualTo(5);
        assertThat(restored.events.bindInterdomain(5, loop)).isPositive();
        assertThat(restored.events.allocUnbound(9, 1)).isEqualTo(-Errno.ESRCH);
        int theirs = other.events.allocUnbound(DomidSpecial.SELF, 9);
        assertThat(restored.events.bindInterdomain(6, theirs)).isPositive();
        assertThat(other.events.status(6, theirs).target()).isEqualTo(9);
    }
}
