package dev.xenolith.engine.domain;

import dev.xenolith.engine.sched.ClockState;
import dev.xenolith.engine.sched.Watchdogs;
import java.util.List;

/** A domain at rest, beside its memory, event channels, grants and xenstore, which keep states of their own. */
public record DomainContext(
        int vcpuCount,
        long assists,
        List<CpuidLeaf> cpuid,
        int shutdownCode,
        ClockState clock,
        List<Watchdogs.State> watchdogs,
        Rounds.State rounds,
        List<VcpuState> vcpus) {}
