package dev.xenolith.engine.sched;

/**
 * How a guest turns TSC ticks into nanoseconds: {@code ns = ((ticks << shift) * mul) >> 32}, a negative shift meaning
 * right (pvclock, {@code xen/include/public/xen.h} struct vcpu_time_info).
 */
public record TscScale(int mul, int shift) {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** The most exact scale for a rate: ticks per second brought into (10^9, 2 * 10^9] by the shift. */
    public static TscScale ofKhz(long khz) {
        if (khz < 1 || khz > 1L << 32) {
            throw new IllegalArgumentException("tsc rate in kHz: expected 1 to 2^32, got " + khz);
        }
        long ticksPerSecond = khz * 1000;
        int shift = 0;
        while (ticksPerSecond > 2 * NANOS_PER_SECOND) {
            ticksPerSecond >>= 1;
            shift--;
        }
        while (ticksPerSecond <= NANOS_PER_SECOND) {
            ticksPerSecond <<= 1;
            shift++;
        }
        return new TscScale((int) ((NANOS_PER_SECOND << 32) / ticksPerSecond), shift);
    }
}
