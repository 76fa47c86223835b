package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.build.BootImage;
import dev.xenolith.engine.build.DomainBuilder;
import dev.xenolith.engine.build.KernelFixture;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.GuestAccess;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.sched.Pcpus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A built domain of 4 MiB that does not run: a test makes its hypercalls for it. All of its memory is mapped at its own
 * address, so va 0x200000 is pfn 0x200.
 */
public final class TinyGuest implements AutoCloseable {

    /** Free memory for a test's structs. */
    public static final long SCRATCH = 0x200000;

    /** Where the guest's code begins. */
    public static final long CODE = 0x100000;

    public static final long WILD = 0x7fff_0000_0000L;

    private static final int PAGES = 1024;
    private static final int DOMID = 5;

    private final Machine machine = new Machine(4096);
    private final Pcpus pcpus = new Pcpus(1);
    final List<EngineEvent> events = new ArrayList<>();
    public final GuestDomain domain;
    final Hypercalls calls;

    public TinyGuest() {
        this(1, new byte[] {(byte) 0xeb, (byte) 0xfe});
    }

    /** @param code what the guest's kernel is, from {@link #CODE} on */
    public TinyGuest(int vcpus, byte[] code) {
        KernelFixture kernel = KernelFixture.plain();
        kernel.code = code;
        DomainBuilder builder =
                new DomainBuilder(BootImage.read(ByteBuffer.wrap(kernel.build())), null, "one two", PAGES);
        DomainMemory memory = new DomainMemory(machine, DOMID, PAGES);
        Grants grants = new Grants(memory, DOMID, Grants.DEFAULT_MAX_FRAMES, domid -> false);
        grants.create();
        Hypercalls[] made = new Hypercalls[1];
        domain = new GuestDomain(
                new GuestDomain.Identity(DOMID, DOMID, new UUID(0x1122, 0x3344), "tiny"),
                memory,
                memory.allocateSpecial(),
                DomainClock.create(new ClockSpec.Virtual(1000, 1_700_000_000, 0)),
                vcpus,
                new EventFabric(),
                pcpus,
                vcpu -> {
                    if (made[0] == null) {
                        made[0] = new Hypercalls(
                                vcpu.domain(),
                                (caller, command, array, count) ->
                                        grants.call(caller.guest().access(), command, array, count));
                    }
                    return new PvEnvironment(vcpu, made[0]);
                },
                events::add);
        calls = made[0];
        builder.populate(memory);
        domain.events().open();
        builder.boot(domain, new DomainBuilder.Channels(1, 2));
        domain.lifecycle().run();
    }

    public Vcpu vcpu() {
        return domain.vcpu(0);
    }

    public GuestAccess memory() {
        return vcpu().guest().access();
    }

    /** Makes a hypercall on vcpu 0. */
    long call(int number, long... arguments) {
        long[] a = java.util.Arrays.copyOf(arguments, 4);
        return calls.call(vcpu(), number, a[0], a[1], a[2], a[3]);
    }

    /** Writes longs from {@link #SCRATCH} on, and returns that address. */
    long struct(long... words) {
        for (int i = 0; i < words.length; i++) {
            memory().writeLong(SCRATCH + 8L * i, words[i]);
        }
        return SCRATCH;
    }

    @Override
    public void close() {
        domain.destroy();
        pcpus.close();
        machine.close();
    }
}
