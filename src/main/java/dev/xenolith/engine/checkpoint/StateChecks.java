package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.domain.TrapTable;
import dev.xenolith.engine.domain.VcpuInfoArea;
import dev.xenolith.engine.domain.VcpuState;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.sched.Runstate;
import dev.xenolith.engine.stream.ContextEntry;

/**
 * Numbers of a saved vcpu or domain that its owner takes as they are. A guest could not have brought them out of these
 * ranges, so an image that does is damaged; what a register holds is the guest's own business.
 */
final class StateChecks {

    private static final int PORTS = 1 << 16;
    private static final int SELECTOR_MAX = 0xffff;
    private static final int WATCHDOGS = 2;

    /** Far above any slice; only keeps sums in range. */
    private static final long SLICE_MAX = 1L << 40;

    private final ContextEntry entry;

    private StateChecks(ContextEntry entry) {
        this.entry = entry;
    }

    static void vcpu(ContextEntry entry, int id, DomainMemory memory, VcpuState state) {
        StateChecks checks = new StateChecks(entry);
        checks.range("vcpu id", state.id(), id, id);
        checks.range("general registers", state.registers().gpr().length, Gpr.COUNT, Gpr.COUNT);
        checks.range("segment registers", state.registers().selectors().length, Sreg.COUNT, Sreg.COUNT);
        for (int selector : state.registers().selectors()) {
            checks.range("selector", selector, 0, SELECTOR_MAX);
        }
        checks.range("kernel stack selector", state.kernelSs(), 0, SELECTOR_MAX);
        checks.range("iopl", state.iopl(), 0, 3);
        checks.range("ports of the I/O bitmap", state.ioBitmapPorts(), 0, PORTS);
        checks.range("runstate", state.runstate().current(), Runstate.RUNNING, Runstate.OFFLINE);
        checks.range("timer period", state.timers().period(), 0, Long.MAX_VALUE);
        checks.range("instructions", state.retired(), 0, Long.MAX_VALUE);
        checks.range("pauses", state.pauses(), 0, Integer.MAX_VALUE);
        for (TrapTable.Entry trap : state.traps()) {
            checks.range("trap vector", trap.vector(), 0, TrapTable.VECTORS - 1);
            checks.range("trap selector", trap.selector(), 0, SELECTOR_MAX);
            checks.range("trap flags", trap.flags(), 0, 0xff);
        }
        checks.info(id, memory, state);
    }

    static void domain(ContextEntry entry, int vcpus, DomainFacts facts) {
        StateChecks checks = new StateChecks(entry);
        checks.range("watchdogs", facts.watchdogs().size(), WATCHDOGS, WATCHDOGS);
        checks.range("next vcpu", facts.rounds().next(), 0, vcpus - 1);
        checks.range("instructions of a slice", facts.rounds().sliceLeft(), 0, SLICE_MAX);
    }

    private void info(int id, DomainMemory memory, VcpuState state) {
        VcpuInfoArea.State info = state.info();
        if (info.guestMfn() == VcpuInfoArea.NOT_REGISTERED) {
            int offset = SharedInfo.vcpuInfo(Math.min(id, SharedInfo.VCPUS - 1));
            range("offset of vcpu_info in shared info", info.offset(), offset, offset);
            if (state.up()) {
                range("vcpu that is up without a vcpu_info of its own", id, 0, SharedInfo.VCPUS - 1);
            }
            return;
        }
        if (memory.frameOf(info.guestMfn()) == FrameView.NOT_OURS) {
            throw damage("a vcpu_info in a frame of the domain", "mfn 0x" + Long.toHexString(info.guestMfn()));
        }
        range("offset of vcpu_info", info.offset(), 0, PageSize.BYTES - VcpuInfo.BYTES);
        range("alignment of vcpu_info", info.offset() & 7, 0, 0);
    }

    private void range(String what, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw damage(what + " from " + minimum + " to " + maximum, Long.toString(value));
        }
    }

    private ImageCorruptException damage(String expected, String got) {
        return new ImageCorruptException(entry.name(), entry.offset(), expected, got);
    }
}
