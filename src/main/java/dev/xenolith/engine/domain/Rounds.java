package dev.xenolith.engine.domain;

import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.abi.Virq;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.sched.CarrierTime;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.DomainTurn;
import dev.xenolith.engine.sched.Runstate;
import dev.xenolith.engine.sched.VcpuTimers;
import org.jspecify.annotations.Nullable;

/**
 * Whose slice it is. A round gives each runnable vcpu a slice, in order of their ids; between rounds timers fire and
 * backends work.
 *
 * <pre>
 *   turn: inbox, timers ─► round: vcpu 0, 1, … ─► backends ─► again | sleep until the next deadline
 * </pre>
 *
 * <p>A slice is counted in instructions, so that under a virtual clock a run repeats exactly. It ends early when the vcpu
 * yields, blocks, spins (PAUSE), or sends an event to another vcpu. Where a run of an exact length stops in the middle
 * of a slice, the rest of the slice is kept: stopping and going on changes nothing.
 */
public final class Rounds implements DomainTurn {

    /** About a millisecond of interpreted code. */
    static final int SLICE = 200_000;

    static final int PAUSES_A_SLICE = 64;

    private final GuestDomain domain;
    private int next;
    private long sliceLeft;
    private final LostTime lostTime;
    private @Nullable Vcpu current;
    private boolean more;

    /** The clock's count of retired instructions when the present run began. */
    private long sliceOrigin;

    /** @param sliceLeft instructions left of the slice of vcpu {@code next}; 0 when it has not begun */
    public record State(int next, long sliceLeft) {}

    Rounds(GuestDomain domain) {
        this.domain = domain;
        this.lostTime = new LostTime(domain);
    }

    /** The vcpu whose slice it is now, on its carrier; null between slices. */
    public @Nullable Vcpu current() {
        return current;
    }

    /** Tells the clock what the running slice has retired up to now. */
    void syncClock() {
        if (current != null) {
            domain.clock()
                    .advance(sliceOrigin
                            + current.retiredInRun()
                            - domain.clock().retired());
        }
    }

    void kicked(Vcpu vcpu) {
        if (current != null && current != vcpu) {
            current.endSlice();
        }
    }

    @Override
    public long turn() {
        if (!domain.lifecycle().isRunning()) {
            return NEVER;
        }
        long began = CarrierTime.now();
        long wanted;
        try {
            wanted = step(Long.MAX_VALUE) < 0 ? NEVER : wanted();
        } finally {
            domain.addCpuNanos(CarrierTime.now() - began);
        }
        domain.announce();
        return domain.lifecycle().isRunning() ? wanted : NEVER;
    }

    /** Runs for exactly {@code count} instructions, or until the domain stops or idles with nothing to wait for. */
    public void runInstructions(long count) {
        long began = CarrierTime.now();
        long left = count;
        while (left > 0 && domain.lifecycle().isRunning()) {
            long retired = step(left);
            left -= Math.max(0, retired);
            if (retired <= 0 && wanted() == NEVER) {
                break;
            }
        }
        domain.addCpuNanos(CarrierTime.now() - began);
        domain.announce();
    }

    /** One round, cut off at {@code limit} instructions; returns how many retired, or -1 when a check of ours failed. */
    private long step(long limit) {
        try {
            if (sliceLeft == 0 && next == 0) {
                domain.events().deliverInbox();
                lostTime.beginRound();
                fireTimers();
            }
            long retired = round(limit);
            if (next == 0) {
                more = domain.work();
            }
            return retired;
        } catch (ImagePageCorruptException e) {
            domain.crash(CrashReason.IMAGE_CORRUPT, String.valueOf(e.getMessage()));
            return -1;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
            domain.engineFault(e);
            return -1;
        } finally {
            current = null;
        }
    }

    /** When the next turn is due; a virtual clock that idles jumps there instead. */
    private long wanted() {
        if (next != 0 || more || anyRunnable()) {
            return AGAIN;
        }
        long deadline = nextDeadline();
        if (lostTime.idle(deadline)) {
            return AGAIN;
        }
        if (deadline == VcpuTimers.OFF) {
            return NEVER;
        }
        DomainClock clock = domain.clock();
        if (clock.isVirtual()) {
            clock.skipTo(deadline);
            return AGAIN;
        }
        return clock.hostDeadline(deadline);
    }

    private boolean anyRunnable() {
        for (Vcpu vcpu : domain.vcpus()) {
            if (vcpu.isRunnable()) {
                return true;
            }
        }
        return false;
    }

    private long nextDeadline() {
        long deadline = domain.watchdogs().next();
        for (Vcpu vcpu : domain.vcpus()) {
            if (vcpu.isUp()) {
                deadline = Math.min(deadline, vcpu.timers().next());
            }
        }
        return deadline;
    }

    private void fireTimers() {
        long now = domain.clock().systemTime();
        for (Vcpu vcpu : domain.vcpus()) {
            if (vcpu.timers().next() > now) {
                continue;
            }
            if (vcpu.timers().takePollTimeout(now)) {
                domain.events().endPoll(vcpu.id());
                vcpu.unblock();
            }
            if (vcpu.timers().takeTimerEvent(now)) {
                domain.events().sendVirq(Virq.TIMER, vcpu.id());
            }
        }
        if (domain.watchdogs().next() <= now) {
            domain.shutdown(ShutdownReason.WATCHDOG);
        }
    }

    private long round(long limit) {
        long used = 0;
        for (; next < domain.vcpuCount(); next++) {
            Vcpu vcpu = domain.vcpu(next);
            if (sliceLeft == 0 && !begin(vcpu)) {
                continue;
            }
            current = vcpu;
            used += slice(vcpu, limit - used);
            if (!domain.lifecycle().isRunning()) {
                end(vcpu);
                return used;
            }
            if (sliceLeft > 0) {
                // Cut off by the limit: the vcpu goes on from here.
                return used;
            }
            end(vcpu);
        }
        next = 0;
        return used;
    }

    private boolean begin(Vcpu vcpu) {
        if (!vcpu.isRunnable()) {
            return false;
        }
        long now = domain.clock().systemTime();
        sliceLeft = Math.min(SLICE, domain.clock().instructionsUntil(nextDeadline()));
        vcpu.beginSlice();
        if (vcpu.runstate().enter(Runstate.RUNNING, now)) {
            vcpu.runstateArea().write();
        }
        vcpu.time().refresh(now);
        vcpu.timers().stopPoll();
        vcpu.deliverUpcall();
        return true;
    }

    private long slice(Vcpu vcpu, long limit) {
        long wanted = Math.min(sliceLeft, limit);
        sliceOrigin = domain.clock().retired();
        long retired = vcpu.run(wanted);
        domain.clock().advance(sliceOrigin + retired - domain.clock().retired());
        sliceLeft = vcpu.isSliceOver() ? 0 : Math.max(0, sliceLeft - retired);
        return retired;
    }

    private void end(Vcpu vcpu) {
        sliceLeft = 0;
        current = null;
        int state = !vcpu.isUp() ? Runstate.OFFLINE : vcpu.isBlocked() ? Runstate.BLOCKED : Runstate.RUNNABLE;
        if (vcpu.runstate().enter(state, domain.clock().systemTime())) {
            vcpu.runstateArea().write();
        }
    }

    public State state() {
        return new State(next, sliceLeft);
    }

    public void restore(State state) {
        next = state.next();
        sliceLeft = state.sliceLeft();
    }
}
