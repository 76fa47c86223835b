package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.abi.VcpuTimeInfo;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.TscScale;

/**
 * The time a vcpu reads without asking: a TSC value, the system time at it, and the scale (struct vcpu_time_info).
 *
 * <p>It is renewed about once a second of system time, as Xen does at its calibrations: our TSC never drifts from
 * system time, but a guest may multiply in 64 bits and overflow over a longer stretch.
 */
public final class TimeArea {

    private static final long RENEWAL_NANOS = 1_000_000_000;

    private final Vcpu vcpu;
    private long written;
    private boolean valid;
    /** A second copy in guest virtual memory ({@code VCPUOP_register_vcpu_time_memory_area}), 0 for none. */
    private long address;

    public record State(long written, boolean valid, long address) {}

    TimeArea(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    public void register(long va) {
        address = va;
        write();
    }

    /** Renews it if it is old; between slices. */
    void refresh(long now) {
        if (!valid || now - written >= RENEWAL_NANOS) {
            write();
        }
    }

    /**
     * The guest is told, if it looks at all, that it stood still unawares (XEN_PVCLOCK_GUEST_STOPPED), so that its
     * watchdogs do not bark. The flag is the guest's to clear.
     */
    void tellStopped() {
        if (valid) {
            GuestPage page = vcpu.info().page();
            int at = vcpu.info().offset() + VcpuInfo.TIME + VcpuTimeInfo.FLAGS;
            page.putByte(at, page.getByte(at) | VcpuTimeInfo.FLAG_GUEST_STOPPED);
            write();
        }
    }

    /** Writes it now: the place is new, or the clock was set. */
    public void write() {
        DomainClock clock = vcpu.domain().clock();
        written = clock.systemTime();
        valid = true;
        TscScale scale = TscScale.ofKhz(clock.tscKhz());
        GuestPage page = vcpu.info().page();
        int at = vcpu.info().offset() + VcpuInfo.TIME;
        int version = page.getInt(at + VcpuTimeInfo.VERSION) | 1;
        // No vcpu of the domain runs while this is written, so the odd version is never seen; it is for crash dumps.
        page.putInt(at + VcpuTimeInfo.VERSION, version);
        page.putLong(at + VcpuTimeInfo.TSC_TIMESTAMP, clock.tscAt(written));
        page.putLong(at + VcpuTimeInfo.SYSTEM_TIME, written);
        page.putInt(at + VcpuTimeInfo.TSC_TO_SYSTEM_MUL, scale.mul());
        page.putByte(at + VcpuTimeInfo.TSC_SHIFT, scale.shift());
        int stopped = page.getByte(at + VcpuTimeInfo.FLAGS) & VcpuTimeInfo.FLAG_GUEST_STOPPED;
        page.putByte(at + VcpuTimeInfo.FLAGS, VcpuTimeInfo.FLAG_TSC_STABLE | stopped);
        page.putInt(at + VcpuTimeInfo.VERSION, version + 1);
        if (address != 0) {
            byte[] copy = new byte[VcpuTimeInfo.BYTES];
            page.read(at, copy, 0, copy.length);
            vcpu.guest().tryCopyOut(address, copy, copy.length);
        }
    }

    State state() {
        return new State(written, valid, address);
    }

    void restore(State state) {
        written = state.written();
        valid = state.valid();
        address = state.address();
    }
}
