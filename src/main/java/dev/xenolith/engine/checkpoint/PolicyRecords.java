package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.CpuidPolicy.Leaf;
import dev.xenolith.engine.stream.MsrPolicy;
import dev.xenolith.engine.stream.MsrPolicy.Msr;
import dev.xenolith.engine.stream.TscInfo;
import java.math.BigInteger;
import java.util.List;

/**
 * What an image demands of the CPU under it: the CPUID and MSRs that the guest has seen, and how its TSC runs. Xen
 * refuses an image whose policy exceeds its host; ours asks for no more than any x86-64 has.
 */
final class PolicyRecords {

    private static final int PLATFORM_INFO = 0xce;
    private static final int ARCH_CAPABILITIES = 0x10a;

    /** {@code XEN_CPUID_TSC_MODE_DEFAULT}: native where rates agree, else emulated. */
    private static final int TSC_MODE_DEFAULT = 0;

    private static final BigInteger NANOS_PER_MILLI = BigInteger.valueOf(1_000_000);

    private PolicyRecords() {}

    static CpuidPolicy cpuid(GuestDomain guest) {
        return new CpuidPolicy(CpuidAnswers.of(guest).stream()
                .map(leaf -> new Leaf(leaf.leaf(), leaf.subleaf(), leaf.a(), leaf.b(), leaf.c(), leaf.d()))
                .toList());
    }

    static MsrPolicy msrs() {
        return new MsrPolicy(List.of(new Msr(PLATFORM_INFO, 0, 0), new Msr(ARCH_CAPABILITIES, 0, 0)));
    }

    /** The TSC as it stands, told as the nanoseconds it would have taken to get there. */
    static TscInfo tsc(DomainClock clock) {
        long nanos = BigInteger.valueOf(clock.tscAt(clock.systemTime()))
                .multiply(NANOS_PER_MILLI)
                .divide(BigInteger.valueOf(clock.tscKhz()))
                .longValue();
        return new TscInfo(TSC_MODE_DEFAULT, clock.tscKhz(), nanos, clock.incarnation());
    }
}
