package dev.xenolith.engine.backend;

import dev.xenolith.engine.ConsoleOutput;
import dev.xenolith.engine.DeviceSnapshot;
import dev.xenolith.engine.abi.ConsoleRing;
import dev.xenolith.engine.evtchn.BackendPort;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.machine.GuestPage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The PV console's far end ({@code xen/include/public/io/console.h}): takes what the guest prints, hands it what was
 * typed. One event channel serves both ways.
 *
 * <pre>
 *   guest ── out ring ──► notified ──► ConsoleOutput
 *   guest ◄── in ring ─── pump ◄────── queue ◄────── input
 * </pre>
 *
 * <p>The indices live in the ring only, so a save needs no others. Both sides' indices are the guest's to overwrite; a
 * distance of more than the ring's size disconnects.
 */
public final class ConsoleBackend implements BackendPort {

    private final GuestPage ring;
    private final BackendPorts ports;
    private final ConsoleOutput output;
    private final InputQueue queue = new InputQueue();
    private final byte[] buffer = new byte[ConsoleRing.OUT_BYTES];
    private int port;
    private @Nullable String disconnected;

    public ConsoleBackend(GuestPage ring, BackendPorts ports, ConsoleOutput output) {
        this.ring = ring;
        this.ports = ports;
        this.output = output;
    }

    /** Connects to the guest's console port; what the guest has printed already comes at once. 0 or a negative errno. */
    public int connect(int guestPort) {
        port = guestPort;
        int error = ports.bind(guestPort, this);
        if (error != 0) {
            port = 0;
        }
        return error;
    }

    /** Queues what was typed, and puts into the ring what fits. How many bytes were taken. */
    public int input(byte[] typed) {
        if (disconnected != null) {
            return 0;
        }
        int taken = queue.add(typed);
        if (pump()) {
            ports.raise(port);
        }
        return taken;
    }

    @Override
    public void notified() {
        boolean printed = drain();
        boolean typed = pump();
        if (printed || typed) {
            ports.raise(port);
        }
    }

    @Override
    public void closed() {
        port = 0;
    }

    /** Why the ring is not used any more, or null. */
    public @Nullable String disconnected() {
        return disconnected;
    }

    public ConsoleState state() {
        return new ConsoleState(port, queue.copy(), Optional.ofNullable(disconnected));
    }

    /** Takes a saved state over, and the port with it. */
    public void restore(ConsoleState state) {
        queue.clear();
        queue.add(state.queued());
        disconnected = state.disconnected().orElse(null);
        port = state.port();
        if (port != 0 && ports.reattach(port, this) != 0) {
            throw new IllegalArgumentException("console: expected port " + port + " to be a backend's");
        }
    }

    public DeviceSnapshot describe() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("port", Integer.toString(port));
        details.put("queuedInput", Integer.toString(queue.length()));
        if (disconnected != null) {
            details.put("reason", disconnected);
        }
        return new DeviceSnapshot("console", 0, disconnected == null ? "connected" : "disconnected", details);
    }

    /** Takes everything the ring holds, at most one ring's worth; whether that was anything. */
    private boolean drain() {
        if (disconnected != null) {
            return false;
        }
        int consumer = ring.getInt(ConsoleRing.OUT_CONS);
        int length = ring.getInt(ConsoleRing.OUT_PROD) - consumer;
        if (Integer.compareUnsigned(length, ConsoleRing.OUT_BYTES) > 0) {
            disconnect("out ring", ConsoleRing.OUT_BYTES, length);
            return false;
        }
        if (length == 0) {
            return false;
        }
        int at = consumer & (ConsoleRing.OUT_BYTES - 1);
        int upper = Math.min(length, ConsoleRing.OUT_BYTES - at);
        ring.read(ConsoleRing.OUT + at, buffer, 0, upper);
        ring.read(ConsoleRing.OUT, buffer, upper, length - upper);
        ring.putInt(ConsoleRing.OUT_CONS, consumer + length);
        output.write(buffer, 0, length);
        return true;
    }

    /** Moves typed bytes into the ring as far as there is room; whether any went. */
    private boolean pump() {
        if (disconnected != null || queue.length() == 0) {
            return false;
        }
        int producer = ring.getInt(ConsoleRing.IN_PROD);
        int held = producer - ring.getInt(ConsoleRing.IN_CONS);
        if (Integer.compareUnsigned(held, ConsoleRing.IN_BYTES) > 0) {
            disconnect("in ring", ConsoleRing.IN_BYTES, held);
            return false;
        }
        byte[] moved = queue.take(ConsoleRing.IN_BYTES - held);
        int at = producer & (ConsoleRing.IN_BYTES - 1);
        int upper = Math.min(moved.length, ConsoleRing.IN_BYTES - at);
        ring.write(ConsoleRing.IN + at, moved, 0, upper);
        ring.write(ConsoleRing.IN, moved, upper, moved.length - upper);
        ring.putInt(ConsoleRing.IN_PROD, producer + moved.length);
        return moved.length > 0;
    }

    private void disconnect(String which, int most, int got) {
        disconnected = "console %s: expected at most %d bytes between its indices, got %s"
                .formatted(which, most, Integer.toUnsignedString(got));
        queue.clear();
    }
}
