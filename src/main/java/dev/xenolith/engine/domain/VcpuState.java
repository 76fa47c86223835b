package dev.xenolith.engine.domain;

import dev.xenolith.engine.cpu.CpuSnapshot;
import dev.xenolith.engine.sched.Runstate;
import dev.xenolith.engine.sched.VcpuTimers;
import java.util.List;

/**
 * A vcpu at rest; its page and descriptor tables are part of the memory's state.
 *
 * @param runstateArea where the guest wants its runstate, 0 for nowhere
 * @param sliceOver whether the vcpu had given its slice away when it stopped; it may stop in the middle of one
 */
public record VcpuState(
        int id,
        boolean initialised,
        boolean up,
        boolean blocked,
        CpuSnapshot registers,
        List<TrapTable.Entry> traps,
        Callbacks.State callbacks,
        DebugRegisters.State debugRegisters,
        VcpuTimers.State timers,
        Runstate.State runstate,
        long runstateArea,
        TimeArea.State time,
        VcpuInfoArea.State info,
        long kernelSp,
        int kernelSs,
        long cr2,
        long cr4,
        int iopl,
        long ioBitmap,
        int ioBitmapPorts,
        boolean nmiPending,
        long retired,
        boolean sliceOver,
        int pauses) {}
