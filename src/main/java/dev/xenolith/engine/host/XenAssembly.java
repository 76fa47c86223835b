package dev.xenolith.engine.host;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.backend.DomainBackends;
import dev.xenolith.engine.checkpoint.DomainParts;
import dev.xenolith.engine.checkpoint.xen.StartInfoUpdate;
import dev.xenolith.engine.checkpoint.xen.XenRestore;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryMapEntry;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.xenstore.DomainDirectory;
import dev.xenolith.engine.xenstore.GuestNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a domain from an image in Xen's format, the way {@code xl restore} does it: to its guest the domain is a new one
 * in which it finds its memory again. Names, ports, grants and xenstore directory are as new as for a domain that boots.
 */
final class XenAssembly {

    private static final int E820_RAM = 1;

    private final DomainAssembly assembly;
    private final Machine machine;
    private final XenRestore image;
    private final RestoreSpec spec;
    private final GuestNames names;
    private final Runnable atEnd;
    private @Nullable DomainBackends backends;

    private XenAssembly(
            DomainAssembly assembly, Machine machine, int domid, RestoreSpec spec, XenRestore image, Runnable atEnd) {
        this.assembly = assembly;
        this.machine = machine;
        this.image = image;
        this.spec = spec;
        this.atEnd = atEnd;
        String uuid = spec.uuid().toString();
        this.names = new GuestNames(domid, domid, uuid, uuid);
    }

    /** Takes the image's channel over if it does not throw. */
    static HostedDomain restore(DomainAssembly assembly, Machine machine, int domid, RestoreSpec spec) {
        XenRestore image = XenRestore.open(machine, spec);
        image.checkPolicy();
        return new XenAssembly(assembly, machine, domid, spec, image, image::close).restore();
    }

    /** Does all of it but to ask what the CPU must have, and lets the domain go. The image stays the caller's. */
    static void rehearse(DomainAssembly assembly, Machine machine, int domid, RestoreSpec spec) {
        XenRestore image = XenRestore.open(machine, spec);
        new XenAssembly(assembly, machine, domid, spec, image, image::release)
                .restore()
                .destroy();
    }

    private HostedDomain restore() {
        image.checkVcpus(DomainAssembly.MAX_VCPUS);
        DomainClock clock = image.clock(spec.clock());
        spec.progress().report("memory", 0, 1, "domains");
        try {
            return restore(clock);
        } catch (RuntimeException | OutOfMemoryError e) {
            image.release();
            throw e;
        }
    }

    private HostedDomain restore(DomainClock clock) {
        DomainMemory memory = image.memory(names.hostDomid());
        Grants grants = assembly.grants(memory, names.guestDomid());
        GuestDomain domain = null;
        try {
            memory.setMemoryMap(List.of(new MemoryMapEntry(0, image.maxPages() << 12, E820_RAM)));
            int sharedInfo = memory.allocateSpecial();
            if (sharedInfo == Machine.NO_FRAME || !grants.create()) {
                throw new InsufficientMemoryException(image.pages() + 2, machine.freeFrames());
            }
            domain = assembly.guest(
                    new GuestDomain.Identity(names.hostDomid(), names.guestDomid(), spec.uuid(), spec.name()),
                    memory,
                    sharedInfo,
                    clock,
                    image.vcpus(),
                    grants);
            spec.progress().report("context", 0, 1, "domains");
            HostedDomain hosted = furnish(domain, grants);
            spec.progress().report("context", 1, 1, "domains");
            return hosted;
        } catch (ImagePageCorruptException e) {
            ImageCorruptException damage = image.damagedPage(memory, e);
            undo(domain, memory);
            throw damage;
        } catch (RuntimeException | OutOfMemoryError e) {
            undo(domain, memory);
            throw e;
        }
    }

    private HostedDomain furnish(GuestDomain domain, Grants grants) {
        domain.events().open();
        BackendPorts ports = domain.events().backends();
        StartInfoUpdate.Ports channels = new StartInfoUpdate.Ports(ports.alloc(), ports.alloc());
        StartInfoUpdate.Rings rings = image.load(domain, channels);
        domain.updateWallClock();
        DomainBackends.Site site = assembly.site(domain, names, grants, spec.console());
        DomainBackends furnished = backends(
                site,
                new DomainDirectory.Spec(
                        names,
                        names.hostUuid(),
                        spec.name(),
                        image.maxPages() << 2,
                        image.pages() << 2,
                        image.vcpus(),
                        image.onlineVcpus(),
                        channels.store(),
                        rings.storeMfn(),
                        channels.console(),
                        rings.consoleMfn()));
        backends = furnished;
        domain.setWork(furnished::work);
        return new HostedDomain(DomainParts.of(domain, site, furnished), atEnd);
    }

    private DomainBackends backends(DomainBackends.Site site, DomainDirectory.Spec directory) {
        try {
            return DomainBackends.create(site, directory);
        } catch (IllegalArgumentException e) {
            throw image.damagedRings(e);
        }
    }

    private void undo(@Nullable GuestDomain domain, DomainMemory memory) {
        if (domain == null) {
            memory.destroy();
        } else {
            domain.destroy();
            if (backends != null) {
                backends.release();
            }
        }
    }
}
