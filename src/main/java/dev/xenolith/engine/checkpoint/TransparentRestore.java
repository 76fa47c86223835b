package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.sched.DomainClock;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Makes a domain of a transparent image, in steps between which the host makes what belongs to it:
 *
 * <pre>
 *   open      walk the image, check its index, read MEMORY and DOMAIN;         nothing to undo
 *             with a voucher only the latter
 *   memory    frames under their old numbers, backed by the image              undone by itself
 *   ...       the host makes clock, vcpus, backends around them
 *   load      all domain context, then types, counts and base tables           the host destroys the domain
 *   release   the domain was never made: the image is the caller's again
 *   close     the domain has ended: the image is closed
 * </pre>
 */
public final class TransparentRestore implements AutoCloseable {

    private final Machine machine;
    private final ImageSource source;
    private final TransparentImage image;
    private final DomainFacts domain;

    /** Until the state is loaded; it knows every frame and would cost heap as long as the domain lives. */
    private @Nullable RestoredMemory memory;

    private TransparentRestore(Machine machine, FileChannel channel, TransparentImage image) {
        this.machine = machine;
        this.source = new ImageSource(machine, channel);
        this.image = image.withoutVoucher();
        EarlyContext early = new EarlyContext(image);
        this.domain = early.domain();
        MemoryRestore.Facts facts = new MemoryRestore.Facts(image.header(), early.memory());
        Voucher voucher = image.voucher();
        this.memory = voucher == null
                ? new MemoryRestore(facts, image.index())
                : new VouchedRestore(facts, image.index(), voucher);
    }

    /** @param voucher null, or one that is used if it is for this image */
    public static TransparentRestore open(Machine machine, FileChannel channel, @Nullable ImageVoucher voucher) {
        TransparentImage vouched = voucher == null ? null : VouchedImage.open(channel, voucher);
        return new TransparentRestore(machine, channel, vouched == null ? TransparentImage.open(channel) : vouched);
    }

    public int vcpus() {
        return image.header().vcpus();
    }

    /** The domid that the guest believes in. */
    public int guestDomid() {
        return image.header().guestDomid();
    }

    /** What the kernel calls itself; empty where the image does not say. */
    public String kernel() {
        return image.header().facts().stream()
                .filter(fact -> fact.name().equals(GuestFacts.KERNEL))
                .map(TransparentHeader.Fact::value)
                .findFirst()
                .orElse("");
    }

    /** The handle that the guest finds in its store. */
    public String guestUuid() {
        return image.header().guestUuid();
    }

    public byte[] configuration() {
        return image.configuration();
    }

    /** A clock that goes on from where it stood, frozen. */
    public DomainClock clock(ClockSpec spec, boolean keepTime) {
        return ClockRestore.of(domain.clock(), spec, keepTime, image.context().offset());
    }

    /** What the clock ran by where the domain was saved. */
    public ClockSpec savedClock() {
        return domain.clock().spec();
    }

    /** All frames of the domain, none of them read. Leaves nothing behind if it throws. */
    public DomainMemory memory(int domid) {
        int pages = source.attach(new ImagePages(image.bytes(), image.index()));
        return requireMemory().frames(machine, domid, pages);
    }

    /** The frame of the shared info page, which is one of the domain's. */
    public int sharedInfoMfn(DomainMemory restored) {
        return restored.frameOf(image.header().sharedInfoMfn());
    }

    /**
     * The rest of the state, far ends included. The domain must not run before this returns, nor ever if it throws; its
     * event channels are opened afterwards.
     */
    public void load(DomainParts parts) {
        DomainMemory restored = parts.guest().memory();
        RestoredMemory frames = requireMemory();
        try {
            DomainContexts.types()
                    .load(
                            parts,
                            image.bytes(),
                            image.context().offset(),
                            image.context().length());
            frames.types(restored);
        } catch (ImagePageCorruptException e) {
            throw frames.damagedPage(restored.view().guestMfnOf(e.mfn()), e);
        }
        memory = null;
    }

    private RestoredMemory requireMemory() {
        RestoredMemory present = memory;
        if (present == null) {
            throw new IllegalStateException("restore: expected not to be finished");
        }
        return present;
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
