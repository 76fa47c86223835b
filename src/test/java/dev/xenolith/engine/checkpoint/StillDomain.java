package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.backend.DomainBackends;
import dev.xenolith.engine.cpu.CpuEnvironment;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.xenstore.DomainDirectory;
import dev.xenolith.engine.xenstore.GuestNames;
import dev.xenolith.engine.xenstore.Xenstore;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A domain that never runs an instruction, wired as the host wires one: two vcpus, page tables of four levels, timers,
 * event channels and a console, all set by hand.
 */
final class StillDomain implements AutoCloseable {

    /** What the domains of a host share. */
    record Host(EventFabric fabric, Pcpus pcpus, Xenstore store) {}

    private static final ClockSpec CLOCK = new ClockSpec.Virtual(100, 1_700_000_000, 1);
    private static final int PAGES = 200;
    private static final int VCPUS = 2;
    private static final int MAX_PAGES = 500;

    private final GuestDomain guest;
    private final DomainParts parts;

    private StillDomain(DomainParts parts) {
        this.guest = parts.guest();
        this.parts = parts;
    }

    static StillDomain build(Machine machine, Host host, int domid) {
        DomainMemory memory = new DomainMemory(machine, domid, MAX_PAGES);
        int sharedInfo = memory.allocateSpecial();
        int first = memory.allocate(0);
        for (int i = 1; i < PAGES; i++) {
            memory.allocate(0);
        }
        GuestNames names =
                new GuestNames(domid, domid, uuid(domid).toString(), uuid(domid).toString());
        GuestDomain guest = guest(memory, sharedInfo, DomainClock.create(CLOCK), VCPUS, host, names);
        guest.initialiseSharedInfo();
        DomainBackends.Site site = site(guest, host, names);
        if (!site.grants().create()) {
            throw new AssertionError("no frame for the grant table");
        }
        guest.events().open();
        DomainBackends backends = DomainBackends.create(site, directory(guest, names, first));
        StillDomain domain = new StillDomain(DomainParts.of(guest, site, backends));
        domain.fill(first);
        return domain;
    }

    private static DomainDirectory.Spec directory(GuestDomain guest, GuestNames names, int first) {
        BackendPorts ports = guest.events().backends();
        return new DomainDirectory.Spec(
                names,
                names.hostUuid(),
                "still",
                MAX_PAGES * 4,
                PAGES * 4,
                VCPUS,
                VCPUS,
                ports.alloc(),
                first + 100,
                ports.alloc(),
                first + 101);
    }

    static StillDomain restore(Machine machine, Host host, int domid, FileChannel image) {
        return restore(machine, host, domid, image, null);
    }

    static StillDomain restore(
            Machine machine, Host host, int domid, FileChannel image, @Nullable ImageVoucher voucher) {
        TransparentRestore restore = TransparentRestore.open(machine, image, voucher);
        if (restore.vcpus() > VCPUS) {
            throw new LimitExceededException("vcpus", VCPUS, restore.vcpus());
        }
        DomainClock clock = restore.clock(CLOCK, false);
        DomainMemory memory = restore.memory(domid);
        GuestNames names =
                new GuestNames(domid, restore.guestDomid(), uuid(domid).toString(), restore.guestUuid());
        GuestDomain guest = guest(memory, restore.sharedInfoMfn(memory), clock, restore.vcpus(), host, names);
        DomainParts parts = DomainParts.unfurnished(guest, site(guest, host, names));
        try {
            restore.load(parts);
            guest.events().open();
        } catch (RuntimeException e) {
            host.store().release(names);
            guest.destroy();
            throw e;
        }
        return new StillDomain(parts);
    }

    private static GuestDomain guest(
            DomainMemory memory, int sharedInfo, DomainClock clock, int vcpus, Host host, GuestNames names) {
        return new GuestDomain(
                new GuestDomain.Identity(names.hostDomid(), names.guestDomid(), uuid(names.hostDomid()), "still"),
                memory,
                sharedInfo,
                clock,
                vcpus,
                host.fabric(),
                host.pcpus(),
                StillDomain::environment,
                event -> {});
    }

    private static DomainBackends.Site site(GuestDomain guest, Host host, GuestNames names) {
        Grants grants = new Grants(guest.memory(), names.guestDomid(), Grants.DEFAULT_MAX_FRAMES, domid -> domid == 0);
        return new DomainBackends.Site(
                host.store(), names, grants, guest.events().backends(), (bytes, at, length) -> {}, guest::wake);
    }

    private static UUID uuid(int domid) {
        return new UUID(0, domid);
    }

    private static CpuEnvironment environment(Vcpu vcpu) {
        return (CpuEnvironment) Proxy.newProxyInstance(
                StillDomain.class.getClassLoader(), new Class<?>[] {CpuEnvironment.class}, (proxy, method, args) -> {
                    throw new AssertionError(method + " called in a domain that never runs");
                });
    }

    /** L4 at {@code first} maps pages through L3, L2 and L1 behind it; a second L4 is pinned and used by nobody. */
    private void fill(int first) {
        DomainMemory memory = guest.memory();
        int l3 = first + 1;
        int l2 = first + 2;
        int l1 = first + 3;
        int otherL4 = first + 4;
        long table = PageTableEntry.PRESENT | PageTableEntry.RW | PageTableEntry.USER;
        memory.writeLong(first, 8, entry(l3, table));
        memory.writeLong(otherL4, 16, entry(l3, table));
        memory.writeLong(l3, 0, entry(l2, table));
        memory.writeLong(l2, 0, entry(l1, table));
        for (int i = 0; i < 50; i++) {
            memory.writeLong(l1, 8 * i, entry(first + 50 + i, i % 2 == 0 ? table : table & ~PageTableEntry.RW));
            memory.writeLong(first + 50 + i, 8 * i, 0x1111_2222_3333_0000L + i);
        }
        for (int i = 0; i < PAGES; i++) {
            memory.setM2p(first + i, i);
        }
        check(memory.vcpus().get(0).setKernelTable(first));
        check(memory.vcpus().get(0).setUserTable(first));
        check(memory.types().pin(otherL4, 4));
        memory.setWritablePageTables(true);
        setRegisters();
        setEvents();
    }

    private void setRegisters() {
        for (Vcpu vcpu : guest.vcpus()) {
            for (int register = 0; register < 16; register++) {
                vcpu.cpu().setGpr(register, 0x0101_0101_0101_0101L * (register + vcpu.id()));
            }
            vcpu.cpu().setRip(0xffff_ffff_8100_0000L + vcpu.id());
            vcpu.cpu().setKernelMode(vcpu.id() == 0);
            vcpu.cpu().setFsBase(0x7000_0000_1000L);
            vcpu.cpu().fpu().xmm[5] = 0x5555;
            vcpu.cpu().fpu().top = 3;
            vcpu.cpu().fpu().significand[3] = 1L << 63;
            vcpu.timers().setSingleshot(5_000_000 + vcpu.id());
            vcpu.cr2 = 0xdead_beef_000L;
            vcpu.iopl = 1;
            vcpu.setInitialised();
        }
        guest.vcpu(0).bringUp();
        guest.vcpu(1).bringUp();
        guest.vcpu(1).block();
        guest.clock().advance(12_345);
        guest.setAssists(0x21);
    }

    private void setEvents() {
        check(guest.events().bindVirq(0, 1) > 0 ? 0 : -1);
        check(guest.events().bindIpi(0) > 0 ? 0 : -1);
        parts.backends().consoleInput("typed ahead".getBytes(StandardCharsets.US_ASCII));
    }

    private static long entry(long mfn, long flags) {
        return mfn << 12 | flags;
    }

    private static void check(int result) {
        if (result < 0) {
            throw new AssertionError("expected 0, got " + result);
        }
    }

    GuestDomain guest() {
        return guest;
    }

    DomainParts parts() {
        return parts;
    }

    String digest() {
        return TransparentCheckpoint.digest(parts);
    }

    @Override
    public void close() {
        parts.backends().release();
        guest.destroy();
    }
}
