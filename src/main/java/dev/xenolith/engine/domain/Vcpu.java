package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.CpuEnvironment;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.mmu.VcpuMmu;
import dev.xenolith.engine.mmu.VcpuTlb;
import dev.xenolith.engine.sched.Runstate;
import dev.xenolith.engine.sched.VcpuTimers;

/**
 * One virtual CPU of a PV guest: its registers and MMU, and what Xen keeps about it.
 *
 * <pre>
 *   not initialised ──initialise──► down ──up──► runnable ──block, poll──► blocked
 *                                    ▲            │   ▲────kick, timeout─────┘
 *                                    └────down────┘
 * </pre>
 */
public final class Vcpu {

    /** CR0 as a guest sees it, TS aside: PE, MP, ET, NE, WP, AM, PG. */
    public static final long CR0 = 0x8005_0033L;

    public static final long CR0_TS = 1 << 3;

    /** CR4 bits a guest sees set whatever it writes: PAE, MCE, OSFXSR, OSXMMEXCPT. */
    private static final long CR4_VISIBLE = 0x660;

    /** CR4 bits that are the guest's own under our CPUID: TSD and DE. */
    private static final long CR4_GUEST = 0xc;

    private final GuestDomain domain;
    private final int id;
    private final VcpuMmu mmu;
    private final Cpu cpu;
    private final KernelMemory guest;

    private final TrapTable traps = new TrapTable();
    private final Callbacks callbacks = new Callbacks();
    private final DebugRegisters debugRegisters = new DebugRegisters();
    private final VcpuTimers timers = new VcpuTimers();
    private final Runstate runstate;
    private final VcpuInfoArea info;
    private final TimeArea time = new TimeArea(this);
    private final RunstateArea runstateArea = new RunstateArea(this);

    public long kernelSp;
    public int kernelSs;
    public long cr2;
    private long cr4 = CR4_VISIBLE;

    /** Virtual IOPL, 0 to 3. */
    public int iopl;

    public long ioBitmap;
    public int ioBitmapPorts;
    public boolean nmiPending;

    private boolean initialised;
    private boolean up;
    private boolean blocked;
    private long retired;

    /** Set within a slice: the vcpu gives the rest of it away. */
    private boolean sliceOver;

    private int pauses;

    /** Makes the environment of a vcpu, which needs the vcpu. */
    @FunctionalInterface
    public interface EnvironmentFactory {
        CpuEnvironment create(Vcpu vcpu);
    }

    Vcpu(GuestDomain domain, int id, VcpuMmu mmu, EnvironmentFactory environment) {
        this.domain = domain;
        this.id = id;
        this.mmu = mmu;
        this.info = new VcpuInfoArea(domain, id);
        this.runstate = new Runstate(Runstate.OFFLINE, domain.clock().systemTime());
        this.cpu = new Cpu(mmu, environment.create(this), domain.memory().codeCache());
        this.guest = new KernelMemory(mmu.access());
        mmu.attach(VcpuTlb.of(cpu));
    }

    public GuestDomain domain() {
        return domain;
    }

    public int id() {
        return id;
    }

    public Cpu cpu() {
        return cpu;
    }

    public VcpuMmu mmu() {
        return mmu;
    }

    /** The memory of the guest's kernel as this vcpu sees it. */
    public KernelMemory guest() {
        return guest;
    }

    public TrapTable traps() {
        return traps;
    }

    public Callbacks callbacks() {
        return callbacks;
    }

    public DebugRegisters debugRegisters() {
        return debugRegisters;
    }

    public VcpuTimers timers() {
        return timers;
    }

    public Runstate runstate() {
        return runstate;
    }

    public VcpuInfoArea info() {
        return info;
    }

    public TimeArea time() {
        return time;
    }

    public RunstateArea runstateArea() {
        return runstateArea;
    }

    public long cr4() {
        return cr4;
    }

    /** Bits that are not the guest's are ignored, as Xen does ({@code pv_fixup_guest_cr4}). */
    public void setCr4(long value) {
        cr4 = (value & CR4_GUEST) | CR4_VISIBLE;
    }

    public long retired() {
        return retired;
    }

    // --- modes

    /** Changes between guest kernel and guest user: page tables and GS base ({@code toggle_guest_mode}). */
    public void toggleMode() {
        cpu.swapGs();
        cpu.setKernelMode(!cpu.kernelMode());
    }

    // --- upcalls

    public boolean upcallsMasked() {
        return info.page().getByte(info.offset() + VcpuInfo.UPCALL_MASK) != 0;
    }

    public void maskUpcalls(boolean masked) {
        info.page().putByte(info.offset() + VcpuInfo.UPCALL_MASK, masked ? 1 : 0);
    }

    int upcallMaskByte() {
        return info.page().getByte(info.offset() + VcpuInfo.UPCALL_MASK);
    }

    /** Enters the event callback if an upcall is pending and not masked; after every entry to the hypervisor. */
    public void deliverUpcall() {
        GuestPage page = info.page();
        int at = info.offset();
        if (page.getByte(at + VcpuInfo.UPCALL_PENDING) != 0 && page.getByte(at + VcpuInfo.UPCALL_MASK) == 0) {
            BounceFrame.enter(this, callbacks.event, true, BounceFrame.NO_ERROR_CODE);
        }
    }

    // --- scheduling

    public boolean isInitialised() {
        return initialised;
    }

    public void setInitialised() {
        initialised = true;
    }

    public boolean isUp() {
        return up;
    }

    public boolean isBlocked() {
        return blocked;
    }

    boolean isRunnable() {
        return up && !blocked;
    }

    public void bringUp() {
        if (!up) {
            up = true;
            runstate.enter(
                    blocked ? Runstate.BLOCKED : Runstate.RUNNABLE,
                    domain.clock().systemTime());
        }
    }

    public void takeDown() {
        up = false;
        endSlice();
    }

    public void block() {
        blocked = true;
        endSlice();
    }

    void unblock() {
        blocked = false;
    }

    /** Gives the rest of the slice away. */
    public void endSlice() {
        sliceOver = true;
        cpu.requestStop();
    }

    /** A PAUSE: somebody spins, perhaps for a vcpu or a backend that waits for this carrier. */
    public void pause() {
        if (++pauses >= Rounds.PAUSES_A_SLICE) {
            endSlice();
        }
    }

    boolean isSliceOver() {
        return sliceOver;
    }

    void beginSlice() {
        sliceOver = false;
        pauses = 0;
    }

    /** An NMI from another vcpu ({@code VCPUOP_send_nmi}); it also ends a sleep. */
    public void sendNmi() {
        nmiPending = true;
        domain.events().endPoll(id);
        blocked = false;
        domain.rounds().kicked(this);
    }

    long retiredInRun() {
        return cpu.retiredInRun();
    }

    /** Runs at most {@code limit} instructions; returns how many. */
    long run(long limit) {
        long count = cpu.run(limit);
        retired += count;
        return count;
    }

    public VcpuState state() {
        return new VcpuState(
                id,
                initialised,
                up,
                blocked,
                cpu.snapshot(),
                traps.state(),
                callbacks.state(),
                debugRegisters.state(),
                timers.state(),
                runstate.state(),
                runstateArea.address(),
                time.state(),
                info.state(),
                kernelSp,
                kernelSs,
                cr2,
                cr4,
                iopl,
                ioBitmap,
                ioBitmapPorts,
                nmiPending,
                retired,
                sliceOver,
                pauses);
    }

    /** Takes over a saved vcpu. Memory and page tables are restored by the MMU before. */
    public void restore(VcpuState state) {
        initialised = state.initialised();
        up = state.up();
        blocked = state.blocked();
        cpu.load(state.registers());
        traps.restore(state.traps());
        callbacks.restore(state.callbacks());
        debugRegisters.restore(state.debugRegisters());
        timers.restore(state.timers());
        runstate.restore(state.runstate());
        runstateArea.restore(state.runstateArea());
        time.restore(state.time());
        info.restore(state.info());
        kernelSp = state.kernelSp();
        kernelSs = state.kernelSs();
        cr2 = state.cr2();
        cr4 = state.cr4();
        iopl = state.iopl();
        ioBitmap = state.ioBitmap();
        ioBitmapPorts = state.ioBitmapPorts();
        nmiPending = state.nmiPending();
        retired = state.retired();
        sliceOver = state.sliceOver();
        pauses = state.pauses();
    }
}
