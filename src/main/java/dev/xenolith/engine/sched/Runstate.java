package dev.xenolith.engine.sched;

/**
 * How a vcpu spent its time ({@code xen/include/public/vcpu.h} struct vcpu_runstate_info). What is neither running nor
 * blocked nor offline counts as runnable: stolen time, to the guest.
 */
public final class Runstate {

    public static final int RUNNING = 0;
    public static final int RUNNABLE = 1;
    public static final int BLOCKED = 2;
    public static final int OFFLINE = 3;

    private int current;
    private long entered;
    private final long[] spent = new long[4];

    public record State(int current, long entered, long running, long runnable, long blocked, long offline) {}

    public Runstate(int first, long now) {
        current = first;
        entered = now;
    }

    /** Enters {@code next} at {@code now}; entering the present state changes nothing. Returns whether it changed. */
    public boolean enter(int next, long now) {
        if (next == current) {
            return false;
        }
        spent[current] += Math.max(0, now - entered);
        current = next;
        entered = now;
        return true;
    }

    public int current() {
        return current;
    }

    public long entered() {
        return entered;
    }

    /** Nanoseconds in a state, up to the last change. */
    public long spent(int which) {
        return spent[which];
    }

    /** Nanoseconds in a state, the present stay included. */
    public long spent(int which, long now) {
        return spent[which] + (which == current ? Math.max(0, now - entered) : 0);
    }

    public State state() {
        return new State(current, entered, spent[RUNNING], spent[RUNNABLE], spent[BLOCKED], spent[OFFLINE]);
    }

    public void restore(State state) {
        current = state.current();
        entered = state.entered();
        spent[RUNNING] = state.running();
        spent[RUNNABLE] = state.runnable();
        spent[BLOCKED] = state.blocked();
        spent[OFFLINE] = state.offline();
    }
}
