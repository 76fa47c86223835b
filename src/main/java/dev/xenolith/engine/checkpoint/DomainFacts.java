package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.domain.CpuidLeaf;
import dev.xenolith.engine.domain.DomainContext;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Rounds;
import dev.xenolith.engine.sched.ClockState;
import dev.xenolith.engine.sched.Watchdogs;
import java.util.List;

/**
 * Domain context DOMAIN: what the domain itself keeps, and all that CPUID tells it; its vcpus have entries of their own.
 * The clock is needed to make the domain, so a restore reads this entry before there is one.
 */
public record DomainFacts(
        long assists,
        List<CpuidLeaf> cpuid,
        int shutdownCode,
        ClockState clock,
        List<Watchdogs.State> watchdogs,
        Rounds.State rounds) {

    static DomainFacts of(GuestDomain guest) {
        DomainContext context = guest.state();
        return new DomainFacts(
                context.assists(),
                CpuidAnswers.of(guest),
                context.shutdownCode(),
                context.clock(),
                context.watchdogs(),
                context.rounds());
    }

    void restore(GuestDomain guest) {
        guest.restore(new DomainContext(
                guest.vcpuCount(), assists, cpuid, shutdownCode, clock, watchdogs, rounds, List.of()));
    }
}
