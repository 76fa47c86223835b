package dev.xenolith.engine.host;

import dev.xenolith.engine.ConsoleOutput;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.backend.DomainBackends;
import dev.xenolith.engine.build.BootImage;
import dev.xenolith.engine.build.DomainBuilder;
import dev.xenolith.engine.checkpoint.DomainParts;
import dev.xenolith.engine.checkpoint.ImageFlavour;
import dev.xenolith.engine.checkpoint.TransparentRestore;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.hypercall.GuestInterface;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryMapEntry;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.xenstore.DomainDirectory;
import dev.xenolith.engine.xenstore.GuestNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a domain from its spec, the way xl does it: memory, shared info, vcpus, store and console ports, backends, then
 * the builder. Or from an image: the same around what was saved. Each step undoes itself if a later one throws, because everything hangs on the memory and the domid.
 */
final class DomainAssembly {

    /** What Xen allows a PV domain here; vcpus beyond 32 would need a vcpu_info of their own to be built. */
    static final int MAX_VCPUS = 32;

    private static final int E820_RAM = 1;

    private final Parts parts;
    private final IntPredicate otherDomains;

    /** @param otherDomains whether the host has a domain of this id */
    DomainAssembly(Parts parts, IntPredicate otherDomains) {
        this.parts = parts;
        this.otherDomains = otherDomains;
    }

    HostedDomain build(int domid, DomainSpec spec) {
        check(spec);
        BootImage image = BootImage.read(spec.kernel().asByteBuffer());
        DomainBuilder builder = new DomainBuilder(image, spec.ramdisk(), spec.commandLine(), spec.pages());
        if (spec.pages() > parts.machine().freeFrames()) {
            throw new InsufficientMemoryException(spec.pages(), parts.machine().freeFrames());
        }
        DomainMemory memory = new DomainMemory(parts.machine(), domid, Math.toIntExact(spec.pages()));
        Grants grants = grants(memory, domid);
        GuestDomain domain = null;
        try {
            memory.setMemoryMap(List.of(new MemoryMapEntry(0, spec.pages() << 12, E820_RAM)));
            domain = domain(new GuestDomain.Identity(domid, domid, spec.uuid(), spec.name()), memory, grants, spec);
            domain.setKernel(image.guest());
            builder.populate(memory);
            return furnish(domain, grants, builder, spec);
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

    private GuestDomain domain(GuestDomain.Identity identity, DomainMemory memory, Grants grants, DomainSpec spec) {
        int sharedInfo = memory.allocateSpecial();
        if (sharedInfo == Machine.NO_FRAME || !grants.create()) {
            throw new InsufficientMemoryException(
                    spec.pages() + 2, parts.machine().freeFrames());
        }
        return guest(identity, memory, sharedInfo, DomainClock.create(spec.clock()), spec.vcpus(), grants);
    }

    Grants grants(DomainMemory memory, int guestDomid) {
        return new Grants(memory, guestDomid, Grants.DEFAULT_MAX_FRAMES, otherDomains);
    }

    GuestDomain guest(
            GuestDomain.Identity identity,
            DomainMemory memory,
            int sharedInfo,
            DomainClock clock,
            int vcpus,
            Grants grants) {
        return new GuestDomain(
                identity,
                memory,
                sharedInfo,
                clock,
                vcpus,
                parts.fabric(),
                parts.pcpus(),
                new GuestInterface(domain -> (vcpu, command, array, count) ->
                        grants.call(vcpu.guest().access(), command, array, count)),
                this::announce);
    }

    /** Xenstore hears of a domain's end as it does in Xen, where its daemon gets VIRQ_DOM_EXC; before anybody acts on it. */
    private void announce(EngineEvent event) {
        if (event instanceof EngineEvent.GuestShutdown || event instanceof EngineEvent.GuestCrashed) {
            parts.store().domainShutDown();
        }
        parts.events().publish(event);
    }

    /**
     * Makes a domain of a checkpoint image, paused at its next instruction. Takes the image's channel over if it does not
     * throw.
     */
    HostedDomain restore(int domid, RestoreSpec spec) {
        return switch (ImageFlavour.of(spec.image())) {
            case TRANSPARENT -> restoreTransparent(domid, spec);
            case XEN -> XenAssembly.restore(this, parts.machine(), domid, spec);
        };
    }

    private HostedDomain restoreTransparent(int domid, RestoreSpec spec) {
        TransparentRestore image = TransparentRestore.open(parts.machine(), spec.image(), spec.voucher());
        if (image.vcpus() > MAX_VCPUS) {
            throw new ImageIncompatibleException(image.vcpus() + " vcpus", "at most " + MAX_VCPUS);
        }
        DomainClock clock = image.clock(spec.clock(), spec.keepTime());
        spec.progress().report("memory", 0, 1, "domains");
        try {
            return restore(domid, spec, image, clock);
        } catch (RuntimeException | OutOfMemoryError e) {
            image.release();
            throw e;
        }
    }

    private HostedDomain restore(int domid, RestoreSpec spec, TransparentRestore image, DomainClock clock) {
        DomainMemory memory = image.memory(domid);
        Grants grants = grants(memory, image.guestDomid());
        GuestNames names = new GuestNames(domid, image.guestDomid(), spec.uuid().toString(), image.guestUuid());
        GuestDomain domain = null;
        DomainParts restored = null;
        try {
            domain = guest(
                    new GuestDomain.Identity(domid, image.guestDomid(), spec.uuid(), spec.name()),
                    memory,
                    image.sharedInfoMfn(memory),
                    clock,
                    image.vcpus(),
                    grants);
            domain.setKernel(image.kernel());
            restored = DomainParts.unfurnished(domain, site(domain, names, grants, spec.console()));
            spec.progress().report("context", 0, 1, "domains");
            image.load(restored);
            domain.events().open();
            spec.progress().report("context", 1, 1, "domains");
            domain.setWork(restored.backends()::work);
            return new HostedDomain(restored, image::close);
        } catch (RuntimeException | OutOfMemoryError e) {
            undo(domain, memory, restored);
            throw e;
        }
    }

    private static void undo(@Nullable GuestDomain domain, DomainMemory memory, @Nullable DomainParts restored) {
        if (domain == null) {
            memory.destroy();
            return;
        }
        domain.destroy();
        if (restored != null && restored.isFurnished()) {
            restored.backends().release();
        }
    }

    DomainBackends.Site site(GuestDomain domain, GuestNames names, Grants grants, ConsoleOutput output) {
        return new DomainBackends.Site(
                parts.store(), names, grants, domain.events().backends(), output, domain::wake);
    }

    private HostedDomain furnish(GuestDomain domain, Grants grants, DomainBuilder builder, DomainSpec spec) {
        domain.events().open();
        int storePort = domain.events().backends().alloc();
        int consolePort = domain.events().backends().alloc();
        builder.boot(domain, new DomainBuilder.Channels(storePort, consolePort));
        FrameView view = domain.memory().view();
        long storeMfn = view.guestMfnOf(builder.xenstoreMfn());
        long consoleMfn = view.guestMfnOf(builder.consoleMfn());
        long kib = spec.pages() << 2;
        String uuid = spec.uuid().toString();
        int domid = domain.identity().domid();
        GuestNames names = new GuestNames(domid, domid, uuid, uuid);
        DomainBackends.Site site = site(domain, names, grants, spec.console());
        DomainBackends backends = DomainBackends.create(
                site,
                new DomainDirectory.Spec(
                        names,
                        uuid,
                        spec.name(),
                        kib,
                        kib,
                        spec.vcpus(),
                        spec.vcpus(),
                        storePort,
                        storeMfn,
                        consolePort,
                        consoleMfn));
        domain.setWork(backends::work);
        return new HostedDomain(DomainParts.of(domain, site, backends), () -> {});
    }
}
