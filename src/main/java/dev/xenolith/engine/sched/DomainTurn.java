package dev.xenolith.engine.sched;

/** What a domain does when a pCPU takes it. */
@FunctionalInterface
public interface DomainTurn {

    /** The next turn is wanted as soon as others had theirs. */
    long AGAIN = Long.MIN_VALUE;

    /** Nothing to do until somebody wakes the domain. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Runs a bounded while, about a millisecond for each runnable vcpu.
     *
     * @return {@link #AGAIN}, {@link #NEVER}, or the {@link System#nanoTime()} at which the next turn is wanted
     */
    long turn();
}
