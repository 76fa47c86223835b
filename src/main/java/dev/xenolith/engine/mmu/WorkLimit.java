package dev.xenolith.engine.mmu;

/**
 * How much one hypercall may do before it lets others run. A list of a few requests can name work for minutes: each may
 * validate every table of the domain, and the same pages can be mapped a thousand times to make a list without end. So
 * calls that work on lists stop between two items when they have done enough, and go on when they are issued again
 * ({@code hypercall_preempt_check}).
 *
 * <p>One item is never split: it is bounded by the tables that a domain can have.
 */
final class WorkLimit {

    /** Table entries looked at, or items done: about a millisecond. */
    private static final int LIMIT = 1 << 16;

    private boolean enabled;
    private long spent;

    void enable(boolean on) {
        enabled = on;
    }

    /** A new hypercall, or a continuation of one. */
    void begin() {
        spent = 0;
    }

    void spend(int units) {
        spent += units;
    }

    boolean isReached() {
        return enabled && spent >= LIMIT;
    }
}
