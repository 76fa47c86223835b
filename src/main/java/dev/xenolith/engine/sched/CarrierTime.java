package dev.xenolith.engine.sched;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Processor time of the calling thread: what a domain costs, however crowded the machine is. */
public final class CarrierTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean KNOWN = THREADS.isCurrentThreadCpuTimeSupported();

    private CarrierTime() {}

    /** Nanoseconds; elapsed time where the JVM does not know. */
    public static long now() {
        return KNOWN ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
