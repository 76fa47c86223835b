package dev.xenolith.engine.sched;

import java.util.List;

/** The two watchdog timers a domain may set on itself (SCHEDOP_watchdog); one that runs out shuts the domain down. */
public final class Watchdogs {

    public static final int COUNT = 2;

    private final boolean[] used = new boolean[COUNT];
    private final long[] deadlines = {VcpuTimers.OFF, VcpuTimers.OFF};

    /** @param deadline system time, {@link VcpuTimers#OFF} when not running */
    public record State(boolean used, long deadline) {}

    /** Takes a free watchdog; returns its id from 1, or 0 if both are in use. */
    public int start(long deadline) {
        for (int i = 0; i < COUNT; i++) {
            if (!used[i]) {
                used[i] = true;
                deadlines[i] = deadline;
                return i + 1;
            }
        }
        return 0;
    }

    public boolean isUsed(int id) {
        return id >= 1 && id <= COUNT && used[id - 1];
    }

    public void pet(int id, long deadline) {
        deadlines[id - 1] = deadline;
    }

    /** The domain could not pet them for so long. */
    public void postpone(long nanos) {
        for (int i = 0; i < COUNT; i++) {
            if (deadlines[i] != VcpuTimers.OFF) {
                deadlines[i] += nanos;
            }
        }
    }

    public void stop(int id) {
        used[id - 1] = false;
        deadlines[id - 1] = VcpuTimers.OFF;
    }

    public long next() {
        return Math.min(deadlines[0], deadlines[1]);
    }

    public List<State> state() {
        return List.of(new State(used[0], deadlines[0]), new State(used[1], deadlines[1]));
    }

    public void restore(List<State> states) {
        for (int i = 0; i < COUNT; i++) {
            used[i] = states.get(i).used();
            deadlines[i] = states.get(i).deadline();
        }
    }
}
