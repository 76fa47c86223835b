package dev.xenolith.engine;

import java.util.List;
import java.util.UUID;

/**
 * One domain that exists on the host.
 *
 * <pre>
 *                                        ┌────────── resume ──────────┐
 *                                        ▼                            │
 *   create / restore ──► PAUSED ──► RUNNING ──► SHUTDOWN | CRASHED | SUSPENDED
 *                          ▲── pause ───┘
 *   from any state ── destroy ──► gone
 * </pre>
 */
public interface Domain {

    int domid();

    UUID uuid();

    DomainSnapshot snapshot();

    /** Freezes without asking; returns once every vcpu and backend is quiescent. No change if already paused. */
    void pause();

    void unpause();

    /** Ends the domain and returns once its frames are free; a no-op on one already gone. */
    void destroy();

    /**
     * Asks the guest over {@code control/shutdown} for {@code poweroff}, {@code reboot} or {@code suspend}; the last over
     * its suspend event channel instead, where it offers one.
     */
    void requestShutdown(ShutdownRequest request);

    /** Withdraws what was asked; a guest that has begun to act on it may still do so. */
    void withdrawShutdownRequest();

    /**
     * Lets a suspended domain go on where it is: its SCHEDOP_shutdown returns 1, "cancelled". Its time stood still since.
     * No change if it runs.
     */
    void resume();

    /** Whether the domain, suspended, can be saved as Xen does it. Changes nothing in it. */
    SuspendExamination examineSuspension();

    /** Bytes typed at the console; queued up to a limit, returns how many were taken. */
    int consoleInput(byte[] bytes);

    /** Writes a transparent image of the paused domain. The domain stays paused; nothing in it changes. */
    SaveResult saveTransparent(SaveSpec spec);

    /**
     * Writes an image that Xen's toolstack restores, of a domain that suspended itself. Nothing in it changes.
     *
     * @throws SuspensionUnsoundException if its guest left it in a state that Xen could not restore; nothing is written
     */
    SaveResult saveCooperative(SaveSpec spec);

    /**
     * Digest (SHA-256, hex) over vcpus, memory, event channels, grants, timers and xenstore of the paused domain: equal
     * before a transparent save and after its restore.
     */
    String stateDigest();

    /** Runs a paused domain that has the virtual clock for exactly this many instructions over all its vcpus. */
    void runInstructions(long count);

    List<VcpuSnapshot> vcpus();

    MemorySnapshot memory();

    List<PageTableSnapshot> pageTables();

    List<EventChannelSnapshot> eventChannels();

    List<GrantSnapshot> grants();

    List<XenstoreEntry> xenstore();

    List<DeviceSnapshot> devices();
}
