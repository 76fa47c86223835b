package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.machine.GuestPage;
import org.jspecify.annotations.Nullable;

/** Frames that a guest gives for the FIFO ABI: held writable, so that none can become a page table meanwhile. */
public interface EventFrames {

    /** Takes the frame the guest names so, or null when it has no such frame or it cannot be writable. */
    @Nullable
    GuestPage take(long guestMfn);

    void release(GuestPage page);

    /** The number by which the guest knows a frame taken from it: another than then, when it was moved meanwhile. */
    long guestMfn(GuestPage page);
}
