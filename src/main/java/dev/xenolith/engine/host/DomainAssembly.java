package dev.xenolith.engine.host;

import dev.xenolith.engine.ConsoleOutput;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.backend.ConsoleBackend;
import dev.xenolith.engine.build.BootImage;
import dev.xenolith.engine.build.DomainBuilder;
import dev.xenolith.engine.domain.FramePage;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.hypercall.GrantCalls;
import dev.xenolith.engine.hypercall.GuestInterface;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryMapEntry;
import dev.xenolith.engine.sched.DomainClock;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes a domain from its spec, the way xl does it: memory, shared info, vcpus, store and console ports, backends, then
 * the builder. Each step undoes itself if a later one throws, because everything hangs on the memory and the domid.
 */
final class DomainAssembly {

    /** What Xen allows a PV domain here; vcpus beyond 32 would need a vcpu_info of their own to be built. */
    static final int MAX_VCPUS = 32;

    private static final int E820_RAM = 1;

    private final Parts parts;

    DomainAssembly(Parts parts) {
        this.parts = parts;
    }

    HostedDomain build(int domid, DomainSpec spec) {
        check(spec);
        BootImage image = BootImage.read(spec.kernel().asByteBuffer());
        DomainBuilder builder = new DomainBuilder(image, spec.ramdisk(), spec.commandLine(), spec.pages());
        if (spec.pages() > parts.machine().freeFrames()) {
            throw new InsufficientMemoryException(spec.pages(), parts.machine().freeFrames());
        }
        DomainMemory memory = new DomainMemory(parts.machine(), domid, Math.toIntExact(spec.pages()));
        GuestDomain domain = null;
        try {
            memory.setMemoryMap(List.of(new MemoryMapEntry(0, spec.pages() << 12, E820_RAM)));
            domain = domain(new GuestDomain.Identity(domid, domid, spec.uuid(), spec.name()), memory, spec);
            builder.populate(memory);
            return furnish(domain, builder, spec.console());
        } catch (RuntimeException | OutOfMemoryError e) {
            if (domain == null) {
                memory.destroy();
            } else {
                domain.destroy();
            }
            throw e;
        }
    }

    private static void check(DomainSpec spec) {
        if (spec.vcpus() < 1 || spec.vcpus() > MAX_VCPUS) {
            throw new LimitExceededException("vcpus", MAX_VCPUS, spec.vcpus());
        }
        int most = StartInfo.CMD_LINE_BYTES - 1;
        int length = spec.commandLine().getBytes(StandardCharsets.UTF_8).length;
        if (length > most) {
            throw new LimitExceededException("command line bytes", most, length);
        }
    }

    private GuestDomain domain(GuestDomain.Identity identity, DomainMemory memory, DomainSpec spec) {
        int sharedInfo = memory.allocateSpecial();
        if (sharedInfo == Machine.NO_FRAME) {
            throw new InsufficientMemoryException(
                    spec.pages() + 1, parts.machine().freeFrames());
        }
        return new GuestDomain(
                identity,
                memory,
                sharedInfo,
                DomainClock.create(spec.clock()),
                spec.vcpus(),
                parts.fabric(),
                parts.pcpus(),
                new GuestInterface(domain -> GrantCalls.NONE),
                parts.events()::publish);
    }

    private HostedDomain furnish(GuestDomain domain, DomainBuilder builder, ConsoleOutput output) {
        domain.events().open();
        int storePort = domain.events().backends().alloc();
        int consolePort = domain.events().backends().alloc();
        builder.boot(domain, new DomainBuilder.Channels(storePort, consolePort));
        FramePage ring = new FramePage(parts.machine(), builder.consoleMfn());
        ConsoleBackend console = new ConsoleBackend(ring, domain.events().backends(), output);
        console.connect(consolePort);
        return new HostedDomain(domain, console);
    }
}
