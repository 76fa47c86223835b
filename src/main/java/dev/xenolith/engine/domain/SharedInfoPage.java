package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.sched.DomainClock;

/** The page Xen and a domain share, as far as the domain itself keeps it: its first contents and the wall clock. */
final class SharedInfoPage {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private SharedInfoPage() {}

    /** Every vcpu begins with upcalls masked. */
    static void initialise(GuestPage page) {
        for (int vcpu = 0; vcpu < SharedInfo.VCPUS; vcpu++) {
            page.putByte(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.UPCALL_MASK, 1);
        }
    }

    /** Writes the date of system time 0, from which a guest counts. */
    static void setWallClock(GuestPage page, DomainClock clock) {
        long origin = clock.dateOfZero();
        long seconds = Math.floorDiv(origin, NANOS_PER_SECOND);
        int version = page.getInt(SharedInfo.WC_VERSION) | 1;
        page.putInt(SharedInfo.WC_VERSION, version);
        page.putInt(SharedInfo.WC_SEC, (int) seconds);
        page.putInt(SharedInfo.WC_SEC_HI, (int) (seconds >>> 32));
        page.putInt(SharedInfo.WC_NSEC, (int) Math.floorMod(origin, NANOS_PER_SECOND));
        page.putInt(SharedInfo.WC_VERSION, version + 1);
    }
}
