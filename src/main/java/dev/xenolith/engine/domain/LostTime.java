package dev.xenolith.engine.domain;

import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.VcpuTimers;

/**
 * Makes up for the time that passed while its domain was paused or lay in an image.
 *
 * <p>On Xen all of it is one jump. A guest's scheduler charges that to the task which runs at the moment, and lets it wait
 * as long for the others: a kernel thread that waits for hours is the end of the guest. So it is made up for
 *
 * <ul>
 *   <li>in steps that no watchdog minds, each once every vcpu had its turns since the last, so that all tasks are charged
 *       alike: an hour takes about ten seconds;
 *   <li>up to the next timer or two minutes, whatever is more, when every vcpu idles: nobody is charged then. More would
 *       be too much for what a guest multiplies in 64 bits before its timer makes it look (Linux: 2^40 ns, of which it
 *       allows half for its sleep).
 * </ul>
 */
final class LostTime {

    /** A soft lockup is 20 seconds, an RCU stall 21. */
    private static final long STEP_NANOS = 8_000_000_000L;

    private static final long IDLE_STEP_NANOS = 120_000_000_000L;
    private static final int ROUNDS_A_STEP = 2;
    private static final long PACE_NANOS = 20_000_000;

    private final GuestDomain domain;
    /** Rounds since the last step, counted only while there is something to make up for; system time at it. */
    private int rounds = ROUNDS_A_STEP;

    private long steppedAt = -PACE_NANOS;

    LostTime(GuestDomain domain) {
        this.domain = domain;
    }

    /** Another round of all vcpus begins. */
    void beginRound() {
        DomainClock clock = domain.clock();
        long behind = clock.behind();
        if (behind == 0) {
            rounds = ROUNDS_A_STEP;
            return;
        }
        rounds++;
        if (rounds > ROUNDS_A_STEP && clock.systemTime() - steppedAt >= PACE_NANOS) {
            domain.makeUp(Math.min(behind, STEP_NANOS));
            rounds = 0;
            steppedAt = clock.systemTime();
        }
    }

    /**
     * No vcpu has anything to run before the system time {@code deadline}. Returns whether some was made up for, and the
     * deadline may have come.
     */
    boolean idle(long deadline) {
        DomainClock clock = domain.clock();
        long behind = clock.behind();
        if (behind == 0) {
            return false;
        }
        long wait = deadline == VcpuTimers.OFF ? 0 : deadline - clock.systemTime();
        domain.makeUp(Math.min(behind, Math.max(wait, IDLE_STEP_NANOS)));
        return true;
    }
}
