package dev.xenolith.engine.domain;

import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.evtchn.EventChannels;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.FramePage;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.VcpuMmu;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.sched.Seat;
import dev.xenolith.engine.sched.Watchdogs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One domain as the hypervisor keeps it.
 *
 * <p>Only whoever holds the baton touches it: its carrier during a turn, or a caller inside {@link #call}. Memory, clock
 * and shared info exist before it, because a domain is built, or restored, around them.
 */
public final class GuestDomain {

    private static final System.Logger LOG = System.getLogger(GuestDomain.class.getName());

    /** The highest event channel port, as xl limits a domain. */
    public static final int MAX_EVTCHN_PORT = 1023;

    private static final int NO_SHUTDOWN_CODE = -1;

    /** What SCHEDOP_shutdown(suspend) returns to a guest that was not taken elsewhere ({@code xg_resume.c}). */
    private static final long SUSPEND_CANCELLED = 1;

    /** No watchdog of a guest minds a shorter stop. */
    private static final long STOP_NOTICED_NANOS = 1_000_000_000;

    /** @param guestDomid the domid the guest believes it has */
    public record Identity(int domid, int guestDomid, UUID uuid, String name) {}

    private final Identity identity;
    private final Machine machine;
    private final DomainMemory memory;
    private final DomainClock clock;
    private final FramePage sharedInfo;
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final int vcpuCount;
    private final EventChannels events;
    private final Lifecycle lifecycle = new Lifecycle();
    private final Watchdogs watchdogs = new Watchdogs();
    private final Rounds rounds = new Rounds(this);
    private final Seat seat;
    private final Consumer<EngineEvent> listener;
    private final Queue<EngineEvent> announcements = new ArrayDeque<>();

    private String kernel = "";
    private DomainWork work = DomainWork.NONE;
    private long assists;
    private List<CpuidLeaf> cpuid = List.of();
    private volatile @Nullable String damage;
    private final AtomicLong cpuNanos = new AtomicLong();
    /** Set by SCHEDOP_shutdown_code before the shutdown itself; -1 for none. */
    private int shutdownCode = NO_SHUTDOWN_CODE;

    /** The vcpu that waits in SCHEDOP_shutdown for the answer of a suspend. */
    private @Nullable Vcpu suspender;

    public GuestDomain(
            Identity identity,
            DomainMemory memory,
            int sharedInfoMfn,
            DomainClock clock,
            int vcpuCount,
            EventFabric fabric,
            Pcpus pcpus,
            Vcpu.EnvironmentFactory environment,
            Consumer<EngineEvent> listener) {
        this.identity = identity;
        this.machine = memory.machine();
        this.memory = memory;
        this.clock = clock;
        this.vcpuCount = vcpuCount;
        this.listener = listener;
        sharedInfo = memory.held().page(sharedInfoMfn);
        DomainEvents ends = new DomainEvents(this);
        events = new EventChannels(fabric, identity.domid(), identity.guestDomid(), ends, ends, MAX_EVTCHN_PORT);
        seat = pcpus.seat("domain " + identity.domid(), rounds);
        for (int id = 0; id < vcpuCount; id++) {
            vcpus.add(new Vcpu(this, id, new VcpuMmu(memory, id), environment));
        }
    }

    /** What its kernel calls itself, for people; empty where nobody knows. */
    public String kernel() {
        return kernel;
    }

    public void setKernel(String name) {
        kernel = name;
    }

    public Identity identity() {
        return identity;
    }

    public Machine machine() {
        return machine;
    }

    public DomainMemory memory() {
        return memory;
    }

    public DomainClock clock() {
        return clock;
    }

    public GuestPage sharedInfo() {
        return sharedInfo;
    }

    public int sharedInfoMfn() {
        return sharedInfo.mfn();
    }

    public EventChannels events() {
        return events;
    }

    public Lifecycle lifecycle() {
        return lifecycle;
    }

    public Watchdogs watchdogs() {
        return watchdogs;
    }

    public Rounds rounds() {
        return rounds;
    }

    public int vcpuCount() {
        return vcpuCount;
    }

    public Vcpu vcpu(int id) {
        return vcpus.get(id);
    }

    /** Null where there is no such vcpu. */
    public @Nullable Vcpu findVcpu(long id) {
        return id >= 0 && id < vcpus.size() ? vcpus.get((int) id) : null;
    }

    public List<Vcpu> vcpus() {
        return vcpus;
    }

    public boolean hasAssist(int type) {
        return (assists >> type & 1) != 0;
    }

    public long assists() {
        return assists;
    }

    public void setAssists(long bits) {
        assists = bits;
        memory.setWritablePageTables(hasAssist(VmAssist.WRITABLE_PAGETABLES));
        memory.setStrictM2p(hasAssist(VmAssist.M2P_STRICT));
    }

    /** What CPUID answers, Xen's own leaves aside, in a domain that began elsewhere; empty: as for every new domain. */
    public List<CpuidLeaf> cpuid() {
        return cpuid;
    }

    public void setCpuid(List<CpuidLeaf> leaves) {
        cpuid = List.copyOf(leaves);
    }

    /** System time now, also from within a slice. */
    public long now() {
        rounds.syncClock();
        return clock.systemTime();
    }

    public long tsc() {
        return clock.tscAt(now());
    }

    public int shutdownCode() {
        return shutdownCode;
    }

    public void setShutdownCode(int code) {
        shutdownCode = code;
    }

    public long cpuNanos() {
        return cpuNanos.get();
    }

    void addCpuNanos(long nanos) {
        cpuNanos.addAndGet(nanos);
    }

    // --- the carrier's and callers' side

    public void setWork(DomainWork work) {
        this.work = work;
    }

    boolean work() {
        return work.work();
    }

    public void wake() {
        seat.wake();
    }

    /** Does something while the domain is at rest. */
    public <T> T call(Supplier<T> task) {
        return seat.call(task);
    }

    public void run(Runnable task) {
        seat.run(task);
    }

    /** First contents of the shared info page of a domain that is built. */
    public void initialiseSharedInfo() {
        SharedInfoPage.initialise(sharedInfo);
    }

    /** Tells the guest the date; at its birth and whenever its system time stood still. */
    public void updateWallClock() {
        SharedInfoPage.setWallClock(sharedInfo, clock);
    }

    // --- ways to stop

    public void pause() {
        clock.freeze();
        lifecycle.pause();
    }

    public void unpause() {
        clock.thaw();
        updateWallClock();
        lifecycle.run();
        wake();
    }

    /** Between slices: time that passed without the domain passes for it now. */
    void makeUp(long nanos) {
        clock.makeUp(nanos);
        watchdogs.postpone(nanos);
        if (nanos >= STOP_NOTICED_NANOS) {
            vcpus.forEach(vcpu -> vcpu.time().tellStopped());
        }
    }

    /** SCHEDOP_shutdown, or a watchdog: every vcpu stops where it is. */
    public void shutdown(ShutdownReason reason) {
        if (!lifecycle.isRunning()) {
            return;
        }
        lifecycle.shutdown(reason);
        stop();
        announcements.add(new EngineEvent.GuestShutdown(identity.domid(), reason));
    }

    /** SCHEDOP_shutdown(suspend): what the call returns is decided later. */
    public void suspend(Vcpu caller) {
        suspender = caller;
        shutdown(ShutdownReason.SUSPEND);
    }

    /**
     * The suspended domain goes on here. Xen's toolstack puts the answer into vcpu 0, whoever asked; a guest that asks from
     * another one would lose a register of vcpu 0.
     */
    public void resume() {
        if (suspender != null) {
            suspender.cpu().setGpr(Gpr.RAX, SUSPEND_CANCELLED);
            suspender = null;
        }
        shutdownCode = NO_SHUTDOWN_CODE;
        unpause();
    }

    /** The guest cannot go on. */
    public void crash(CrashReason reason, String detail) {
        if (!lifecycle.isRunning()) {
            return;
        }
        LOG.log(System.Logger.Level.INFO, "domain {0} crashed: {1}: {2}", identity.domid(), reason, detail);
        lifecycle.crash(reason, detail);
        stop();
        announcements.add(new EngineEvent.GuestCrashed(identity.domid(), reason, detail));
    }

    /** Why the domain's memory is no longer what its guest left, or null; it must not go on then. */
    public @Nullable String damage() {
        return damage;
    }

    /** A change of the suspended domain's memory could be neither finished nor undone. */
    public void damage(String detail) {
        LOG.log(System.Logger.Level.ERROR, "domain {0} is damaged: {1}", identity.domid(), detail);
        damage = detail;
        lifecycle.damage(detail);
    }

    /** Memory of the domain is lost: whatever it was doing it must not go on. Called with the domain at rest. */
    public void loseMemory(String detail) {
        switch (lifecycle.state()) {
            case RUNNING -> crash(CrashReason.MEMORY_ERROR, detail);
            case PAUSED, SUSPENDED -> {
                lifecycle.run();
                crash(CrashReason.MEMORY_ERROR, detail);
            }
            case SHUTDOWN, CRASHED, DYING -> {}
        }
        announce();
    }

    /** A check of ours failed while this domain ran: it is stopped, and the host says that it is degraded. */
    void engineFault(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, "engine fault in domain " + identity.domid(), failure);
        String detail = "engine fault: " + failure;
        crash(CrashReason.ENGINE_FAULT, detail);
        announcements.add(new EngineEvent.HostDegraded(identity.domid(), detail));
    }

    private void stop() {
        clock.stop();
        Vcpu current = rounds.current();
        if (current != null) {
            current.endSlice();
        }
    }

    /** Tells the listener what happened; never from within a slice. */
    void announce() {
        for (EngineEvent event = announcements.poll(); event != null; event = announcements.poll()) {
            listener.accept(event);
        }
    }

    /** Ends the domain: no turn comes after this, and its memory is free. */
    public void destroy() {
        seat.leave();
        seat.run(() -> {
            lifecycle.die();
            events.destroy();
            memory.destroy();
        });
    }

    public DomainContext state() {
        return new DomainContext(
                vcpuCount,
                assists,
                cpuid,
                shutdownCode,
                clock.state(),
                watchdogs.state(),
                rounds.state(),
                vcpus.stream().map(Vcpu::state).toList());
    }

    /** Takes over a saved domain, after its memory, before its event channels. */
    public void restore(DomainContext state) {
        assists = state.assists();
        cpuid = state.cpuid();
        shutdownCode = state.shutdownCode();
        watchdogs.restore(state.watchdogs());
        rounds.restore(state.rounds());
        for (VcpuState vcpu : state.vcpus()) {
            vcpus.get(vcpu.id()).restore(vcpu);
        }
    }
}
