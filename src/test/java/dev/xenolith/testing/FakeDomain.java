package dev.xenolith.testing;

import dev.xenolith.engine.ConsoleOutput;
import dev.xenolith.engine.DeviceSnapshot;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSnapshot;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.Finding;
import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.MemorySnapshot;
import dev.xenolith.engine.PageTableSnapshot;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.VcpuSnapshot;
import dev.xenolith.engine.WrongStateException;
import dev.xenolith.engine.XenstoreEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A guest that echoes lines and obeys a few:
 *
 * <pre>
 *   count      prints the next number of its counter, which is all it remembers
 *   poweroff   reboot   suspend   panic      does that
 *   deaf       from now on ignores requests of the toolstack
 *   late       now does what it was asked while deaf
 *   sloppy     from now on suspends so that it cannot be saved
 * </pre>
 */
public final class FakeDomain implements Domain {

    private final FakeHypervisor host;
    private final int domid;
    private final UUID uuid;
    private final String name;
    private final long pages;
    private final int vcpus;
    private final ConsoleOutput console;
    private final StringBuilder line = new StringBuilder();
    private int counter;
    private boolean deaf;
    private boolean sloppy;
    private @Nullable ShutdownRequest asked;
    private boolean withdrawn;
    private DomainState state = DomainState.PAUSED;

    FakeDomain(
            FakeHypervisor host,
            int domid,
            UUID uuid,
            String name,
            long pages,
            int vcpus,
            int counter,
            ConsoleOutput console) {
        this.host = host;
        this.domid = domid;
        this.uuid = uuid;
        this.name = name;
        this.pages = pages;
        this.vcpus = vcpus;
        this.counter = counter;
        this.console = console;
    }

    void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        console.write(bytes, 0, bytes.length);
    }

    long pages() {
        return pages;
    }

    /** Whether the last request of the toolstack was taken back. */
    public synchronized boolean withdrawn() {
        return withdrawn;
    }

    public synchronized DomainState state() {
        return state;
    }

    @Override
    public int domid() {
        return domid;
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public synchronized DomainSnapshot snapshot() {
        return new DomainSnapshot(domid, domid, uuid, name, state, null, null, null, pages, pages, vcpus, vcpus, 0, 0);
    }

    @Override
    public synchronized void pause() {
        if (state == DomainState.RUNNING) {
            state = DomainState.PAUSED;
        }
    }

    @Override
    public synchronized void unpause() {
        if (state == DomainState.PAUSED) {
            state = DomainState.RUNNING;
            obey();
        }
    }

    @Override
    public synchronized void destroy() {
        state = DomainState.DYING;
        host.gone(this);
    }

    @Override
    public synchronized void requestShutdown(ShutdownRequest request) {
        asked = request;
        if (!deaf) {
            comply(request);
        }
    }

    private void comply(ShutdownRequest request) {
        asked = null;
        switch (request) {
            case POWEROFF -> shutDown(EngineEvent.ShutdownReason.POWEROFF);
            case REBOOT -> shutDown(EngineEvent.ShutdownReason.REBOOT);
            case SUSPEND -> suspend();
        }
    }

    private void shutDown(EngineEvent.ShutdownReason reason) {
        state = DomainState.SHUTDOWN;
        host.tell(new EngineEvent.GuestShutdown(domid, reason));
    }

    private void suspend() {
        state = DomainState.SUSPENDED;
        host.tell(new EngineEvent.GuestShutdown(domid, EngineEvent.ShutdownReason.SUSPEND));
    }

    @Override
    public synchronized void resume() {
        if (state == DomainState.SUSPENDED) {
            state = DomainState.RUNNING;
            print("resumed\n> ");
            obey();
        }
    }

    @Override
    public synchronized SuspendExamination examineSuspension() {
        if (state != DomainState.SUSPENDED) {
            throw new WrongStateException(state, "examine a suspension");
        }
        return new SuspendExamination(
                sloppy
                        ? List.of(new Finding("cr3-unpinned", "vcpu 0, cr3: expected a pinned root, got mfn 0x7"))
                        : List.of(),
                List.of(new Finding("live-grant", "grant ref 8: still grants mfn 0x9 to domain 0, mapped 0 times")));
    }

    @Override
    public synchronized void withdrawShutdownRequest() {
        withdrawn = true;
    }

    @Override
    public synchronized int consoleInput(byte[] bytes) {
        for (byte b : bytes) {
            line.append((char) b);
        }
        if (state == DomainState.RUNNING) {
            obey();
        }
        return bytes.length;
    }

    private void obey() {
        for (int end = end(); end >= 0 && state == DomainState.RUNNING; end = end()) {
            String command = line.substring(0, end);
            line.delete(0, end + 1);
            print(command + "\n");
            obey(command);
        }
    }

    private int end() {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\r' || line.charAt(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void obey(String command) {
        switch (command) {
            case "count" -> print("count " + ++counter + "\n> ");
            case "deaf" -> {
                deaf = true;
                print("deaf now\n> ");
            }
            case "poweroff" -> shutDown(EngineEvent.ShutdownReason.POWEROFF);
            case "reboot" -> shutDown(EngineEvent.ShutdownReason.REBOOT);
            case "suspend" -> suspend();
            case "late" -> {
                if (asked != null) {
                    comply(asked);
                }
            }
            case "sloppy" -> {
                sloppy = true;
                print("sloppy now\n> ");
            }
            case "panic" -> {
                state = DomainState.CRASHED;
                host.tell(
                        new EngineEvent.GuestCrashed(domid, EngineEvent.CrashReason.GUEST_PANIC, "the guest said so"));
            }
            default -> print("> ");
        }
    }

    @Override
    public SaveResult saveTransparent(SaveSpec spec) {
        return save(spec, DomainState.PAUSED);
    }

    @Override
    public SaveResult saveCooperative(SaveSpec spec) {
        SaveResult saved = save(spec, DomainState.SUSPENDED);
        return new SaveResult(saved.sizeBytes(), saved.sha256(), saved.pagesByKind(), "", saved.guest(), new byte[0]);
    }

    private SaveResult save(SaveSpec spec, DomainState wanted) {
        synchronized (this) {
            if (state != wanted) {
                throw new WrongStateException(state, "save");
            }
        }
        host.maybeFailSave();
        spec.progress().report("pages", 0, pages, "pages");
        host.gate.acquireUninterruptibly();
        host.gate.release();
        spec.progress().report("pages", pages, pages, "pages");
        byte[] image = image();
        try {
            spec.image().write(ByteBuffer.wrap(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SaveResult(
                image.length,
                sha256(image),
                Map.of("data", 1L, "zero", pages - 1),
                stateDigest(),
                Map.of("os", "fake"),
                voucher(sha256(image)));
    }

    private synchronized byte[] image() {
        String magic = new String(FakeHypervisor.MAGIC, StandardCharsets.US_ASCII);
        return (magic + pages + " " + vcpus + " " + counter).getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] voucher(String sha256) {
        return ("voucher of " + sha256).getBytes(StandardCharsets.US_ASCII);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String stateDigest() {
        return sha256(image());
    }

    @Override
    public void runInstructions(long count) {
        throw new UnsupportedOperationException("a fake runs none");
    }

    @Override
    public List<VcpuSnapshot> vcpus() {
        return List.of(new VcpuSnapshot(0, "blocked", true, false, Map.of("rip", -1L, "rax", 42L), 1000));
    }

    @Override
    public MemorySnapshot memory() {
        return new MemorySnapshot(pages, pages, Map.of("writable", pages), Map.of("zero", pages), 1);
    }

    @Override
    public List<PageTableSnapshot> pageTables() {
        return List.of(new PageTableSnapshot(10, 10, 4, true, 1, 3));
    }

    @Override
    public List<EventChannelSnapshot> eventChannels() {
        return List.of(new EventChannelSnapshot(1, "interdomain", "console", 0, false, false));
    }

    @Override
    public List<GrantSnapshot> grants() {
        return List.of(new GrantSnapshot(0, 1, 0, 2, 0));
    }

    @Override
    public List<XenstoreEntry> xenstore() {
        return List.of(new XenstoreEntry("/local/domain/" + domid + "/name", name, "n0"));
    }

    @Override
    public List<DeviceSnapshot> devices() {
        return List.of(new DeviceSnapshot("console", 0, "connected", Map.of()));
    }
}
