package dev.xenolith.testing;

import dev.xenolith.engine.Audit;
import dev.xenolith.engine.BootImageUnusableException;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.FrameGrant;
import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FramesPage;
import dev.xenolith.engine.HostSnapshot;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageReader;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.RestoreSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host without guests' instructions: domains are small state machines that obey lines typed at their console (see
 * {@link FakeDomain}). Its images hold one number.
 */
public final class FakeHypervisor implements Hypervisor {

    private final FakeRetirement retirement = new FakeRetirement(this);

    static final byte[] MAGIC = "fake-image:".getBytes(StandardCharsets.US_ASCII);

    private final long frames;
    private final AtomicInteger nextDomid = new AtomicInteger(1);
    private final Map<Integer, FakeDomain> domains = new ConcurrentSkipListMap<>();
    private final List<Consumer<EngineEvent>> listeners = new CopyOnWriteArrayList<>();
    /** What saves and restores wait for; a test takes the permits to hold one up. */
    final Semaphore gate = new Semaphore(Integer.MAX_VALUE);

    private volatile @Nullable RuntimeException failNextSave;

    public FakeHypervisor(int memoryMib) {
        this.frames = memoryMib * 256L;
    }

    /** What the last restore was given. */
    private volatile @Nullable ImageVoucher lastVoucher;

    public @Nullable ImageVoucher lastVoucher() {
        return lastVoucher;
    }

    /** Saves and restores stand still until {@link #openGate}. */
    public void closeGate() {
        gate.drainPermits();
    }

    public void openGate() {
        gate.release(Integer.MAX_VALUE - gate.availablePermits());
    }

    public void failNextSave(RuntimeException failure) {
        failNextSave = failure;
    }

    void maybeFailSave() {
        RuntimeException failure = failNextSave;
        failNextSave = null;
        if (failure != null) {
            throw failure;
        }
    }

    private long free() {
        return frames - domains.values().stream().mapToLong(FakeDomain::pages).sum();
    }

    @Override
    public FakeRetirement retirement() {
        return retirement;
    }

    @Override
    public HostSnapshot host() {
        return new HostSnapshot(
                frames,
                free(),
                0,
                0,
                2,
                domains.size(),
                System.nanoTime(),
                List.of("xen-3.0-x86_64"),
                "4.17.0",
                List.of());
    }

    @Override
    public Domain create(DomainSpec spec) {
        byte[] head =
                spec.kernel().asSlice(0, Math.min(6, spec.kernel().byteSize())).toArray(ValueLayout.JAVA_BYTE);
        if (!new String(head, StandardCharsets.ISO_8859_1).startsWith("\u007fELF")) {
            throw new BootImageUnusableException("kernel", "an ELF file or a bzImage", "unknown bytes");
        }
        takeMemory(spec.pages());
        FakeDomain domain = new FakeDomain(
                this,
                nextDomid.getAndIncrement(),
                spec.uuid(),
                spec.name(),
                spec.pages(),
                spec.vcpus(),
                0,
                spec.console());
        domains.put(domain.domid(), domain);
        domain.print("pebble " + spec.name() + "\n> ");
        return domain;
    }

    private void takeMemory(long pages) {
        if (pages > free()) {
            throw new InsufficientMemoryException(pages, free());
        }
    }

    @Override
    public Domain restore(RestoreSpec spec) {
        lastVoucher = spec.voucher();
        spec.progress().report("read", 0, 1, "pages");
        gate.acquireUninterruptibly();
        gate.release();
        spec.progress().report("read", 1, 1, "pages");
        String[] words = read(spec.image()).split(" ", -1);
        long pages = Long.parseLong(words[0]);
        takeMemory(pages);
        FakeDomain domain = new FakeDomain(
                this,
                nextDomid.getAndIncrement(),
                spec.uuid(),
                spec.name(),
                pages,
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                spec.console());
        domains.put(domain.domid(), domain);
        return domain;
    }

    static String read(FileChannel image) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate((int) image.size());
            while (bytes.hasRemaining() && image.read(bytes, bytes.position()) > 0) {}
            String text = new String(bytes.array(), StandardCharsets.US_ASCII);
            if (!text.startsWith(new String(MAGIC, StandardCharsets.US_ASCII))) {
                throw new ImageCorruptException("header", 0, "fake-image", text);
            }
            return text.substring(MAGIC.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ImageReader images() {
        return new FakeImages();
    }

    @Override
    public List<Domain> domains() {
        return new ArrayList<>(domains.values());
    }

    @Override
    public Optional<Domain> domain(int domid) {
        return Optional.ofNullable(domains.get(domid));
    }

    public FakeDomain fake(int domid) {
        FakeDomain domain = domains.get(domid);
        if (domain == null) {
            throw new IllegalStateException("no domain " + domid);
        }
        return domain;
    }

    void gone(FakeDomain domain) {
        domains.remove(domain.domid());
    }

    @Override
    public FramesPage frames(FrameQuery query) {
        List<FrameSnapshot> page = new ArrayList<>();
        long mfn = query.fromMfn();
        for (; mfn < frames && page.size() < query.limit(); mfn++) {
            page.add(snapshot(mfn, query.domid() == null ? null : mfn));
        }
        return new FramesPage(page, mfn < frames ? mfn : null);
    }

    private FrameSnapshot snapshot(long mfn, @Nullable Long pfn) {
        return new FrameSnapshot(
                mfn,
                retirement.stateOf(mfn),
                retirement.ownerOf(mfn),
                pfn,
                "none",
                0,
                0,
                false,
                FrameGrant.NONE,
                "zero");
    }

    @Override
    public Optional<FrameSnapshot> frame(long mfn) {
        return mfn >= 0 && mfn < frames ? Optional.of(snapshot(mfn, null)) : Optional.empty();
    }

    @Override
    public Audit audit(Optional<Integer> domid) {
        return new Audit(List.of());
    }

    @Override
    public AutoCloseable subscribe(Consumer<EngineEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(EngineEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public void close() {
        domains.clear();
    }
}
