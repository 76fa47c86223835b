package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.checkpoint.ImageSource;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.machine.FrameBackings;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Makes a domain of an image in Xen's own format, in steps between which the host makes what belongs to it:
 *
 * <pre>
 *   open      walk the image, collect                                          nothing to undo
 *   memory    frames, page tables with the new numbers, the p2m                undone by itself
 *   ...       the host makes shared info, clock, vcpus, ports around them
 *   load      start_info, shared info, vcpus; pins                             the host destroys the domain
 *   ...       the host seeds the grants and furnishes the domain
 *   release   the domain was never made: the image is the caller's again
 *   close     the domain has ended: the image is closed
 * </pre>
 */
public final class XenRestore implements AutoCloseable {

    /** Shared info and the first page of the grant table. */
    private static final int FRAMES_OF_XEN = 2;

    private final Machine machine;
    private final ImageSource source;
    private final XenImage image;
    private final XenPages pages;
    private final int vcpus;

    private XenRestore(Machine machine, FileChannel channel, XenImage image, PageSums sums, int vcpus) {
        this.machine = machine;
        this.source = new ImageSource(machine, channel);
        this.image = image;
        this.vcpus = vcpus;
        this.pages = new XenPages(image.bytes(), image.pages(), sums);
    }

    public static XenRestore open(Machine machine, RestoreSpec spec) {
        XenImage image = XenImage.open(spec.image(), machine.freeFrames());
        byte[] checksums = spec.checksums();
        PageSums sums = checksums == null ? PageSums.unknown(image.pages().count()) : ImageSums.check(checksums, image);
        return new XenRestore(machine, spec.image(), image, sums, vcpus(image, spec.vcpus()));
    }

    /** Without a count from elsewhere, one above the highest vcpu that the image has records of. */
    private static int vcpus(XenImage image, int wanted) {
        int seen = image.vcpus().isEmpty() ? 1 : image.vcpus().lastKey() + 1;
        if (wanted != RestoreSpec.VCPUS_OF_IMAGE && wanted < seen) {
            throw new ImageIncompatibleException(seen + " vcpus", wanted + " in the domain's definition");
        }
        return Math.max(seen, wanted);
    }

    /** @throws ImageIncompatibleException for an image whose guest was promised a CPU that ours is not */
    public void checkPolicy() {
        new CpuPolicy(image).check();
    }

    public void checkVcpus(int most) {
        if (vcpus > most) {
            NavigableMap<Integer, VcpuBlobs> seen = image.vcpus();
            String needs = vcpus + " vcpus";
            String has = "at most " + most;
            throw seen.isEmpty()
                    ? new ImageIncompatibleException(needs, has)
                    : Damage.incompatible(seen.lastEntry().getValue().record(), needs, has);
        }
    }

    public int vcpus() {
        return vcpus;
    }

    /** Vcpus that were online. */
    public int onlineVcpus() {
        return (int) image.vcpus().values().stream()
                .filter(blobs -> blobs.basic() != null)
                .count();
    }

    /** Pages that the domain has now. */
    public long pages() {
        return image.pfns().populated();
    }

    /** Pages that it may have: its p2m has room for so many. */
    public long maxPages() {
        return image.pfns().pfns();
    }

    public DomainClock clock(ClockSpec spec) {
        return XenClock.of(spec, image.tsc(), image.tscRecord());
    }

    /** The domain's frames under new numbers, its page tables and p2m right. Leaves nothing behind if it throws. */
    public DomainMemory memory(int domid) {
        long needed = pages() + FRAMES_OF_XEN;
        if (machine.freeFrames() < needed) {
            throw new InsufficientMemoryException(needed, machine.freeFrames());
        }
        int attached = source.attach(pages);
        DomainMemory memory = new DomainMemory(machine, domid, Math.toIntExact(maxPages()));
        try {
            fill(memory, attached);
            return memory;
        } catch (ImagePageCorruptException e) {
            ImageCorruptException damage = damagedPage(memory, e);
            memory.destroy();
            throw damage;
        } catch (RuntimeException | OutOfMemoryError e) {
            memory.destroy();
            throw e;
        }
    }

    private void fill(DomainMemory memory, int attached) {
        GuestFrames frames = new GuestFrames(memory, image.pfns());
        frames.populate();
        new TableLocaliser(image, pages, frames, memory).run();
        FrameBackings backings = machine.backings();
        PfnTable pfns = image.pfns();
        pfns.forEachPopulated(pfn -> {
            PageType type = pfns.type(pfn);
            int page = pfns.page(pfn);
            if (!type.isTable() && page != PfnTable.NO_PAGE) {
                backings.setImagePage(pfns.mfn(pfn), attached, page);
            }
        });
        new P2mRebuild(image, memory).run();
    }

    /**
     * Registers, tables and pages that belong to the vcpus. The domain must not run before this returns, nor ever if it
     * throws.
     */
    public StartInfoUpdate.Rings load(GuestDomain domain, StartInfoUpdate.Ports ports) {
        DomainMemory memory = domain.memory();
        domain.setCpuid(new CpuPolicy(image).answers());
        domain.initialiseSharedInfo();
        if (image.sharedInfo() != null) {
            SharedInfoUpdate.run(image.sharedInfo().page(), domain.sharedInfo());
        }
        StartInfoUpdate.Rings rings = startInfo(domain, ports);
        for (Map.Entry<Integer, VcpuBlobs> vcpu : image.vcpus().entrySet()) {
            VcpuBlobs blobs = vcpu.getValue();
            if (blobs.basic() != null) {
                VcpuRestore restore = new VcpuRestore(image.pfns(), memory, blobs.basic());
                if (vcpu.getKey() == 0) {
                    restore.localiseStartInfo();
                }
                restore.load(domain.vcpu(vcpu.getKey()));
            }
            new VcpuExtras(domain.vcpu(vcpu.getKey())).load(blobs);
        }
        PinnedTables.pin(image, memory);
        return rings;
    }

    private StartInfoUpdate.Rings startInfo(GuestDomain domain, StartInfoUpdate.Ports ports) {
        VcpuBlobs.Blob basic = firstBasic();
        DomainMemory memory = domain.memory();
        long pfn = new VcpuRestore(image.pfns(), memory, basic).startInfoPfn();
        return new StartInfoUpdate(image.pfns(), memory, basic.record())
                .run(pfn, memory.view().guestMfnOf(domain.sharedInfoMfn()), ports);
    }

    private VcpuBlobs.Blob firstBasic() {
        VcpuBlobs first = image.vcpus().get(0);
        VcpuBlobs.Blob basic = first == null ? null : first.basic();
        if (basic == null) {
            throw Damage.of("X86_PV_VCPU_BASIC", 0, "one of vcpu 0", "none");
        }
        return basic;
    }

    /** What is said of rings that cannot be mapped for writing: they are page tables, or the start_info lied. */
    public ImageCorruptException damagedRings(IllegalArgumentException cause) {
        ImageCorruptException damage = Damage.of(
                firstBasic().record(), "a start_info that names two rings", String.valueOf(cause.getMessage()));
        damage.initCause(cause);
        return damage;
    }

    /** What is said of a page that was read before the restore was done, and is not what was saved. */
    public ImageCorruptException damagedPage(DomainMemory memory, ImagePageCorruptException cause) {
        long pfn = memory.m2p().get(memory.view().guestMfnOf(cause.mfn()));
        long offset = image.pfns().contains(pfn) ? image.offsetOf(pfn) : 0;
        ImageCorruptException damage =
                Damage.of(PageData.NAME, offset, "the page that was saved", String.valueOf(cause.getMessage()));
        damage.initCause(cause);
        return damage;
    }

    /** The restore failed and every frame it had made is freed; the channel is the caller's again. */
    public void release() {
        source.release();
    }

    /** The domain has ended, and every frame that the image backed is freed. */
    @Override
    public void close() {
        source.close();
    }
}
