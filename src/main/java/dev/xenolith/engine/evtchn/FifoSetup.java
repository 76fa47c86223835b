package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.GuestPage;

/** Gives a domain its FIFO pages one by one, and takes them all back ({@code init_control}, {@code expand_array}). */
final class FifoSetup {

    private final EventFrames frames;

    FifoSetup(EventFrames frames) {
        this.frames = frames;
    }

    /** What is wrong with a control block at this offset: 0 or a negative errno. */
    static int checkOffset(int offset) {
        boolean crosses = Integer.compareUnsigned(offset, PageSize.BYTES - EventFifo.CONTROL_BYTES) > 0;
        return crosses || offset % Long.BYTES != 0 ? -Errno.EINVAL : 0;
    }

    /** On leaving the 2-level form: what was pending in its bitmaps waits for an event word. */
    static void carryOver(PortTable ports, PendingBits from) {
        int end = Math.min(ports.valid(), from.ports());
        for (int port = 1; port < end; port++) {
            Channel channel = ports.all().get(port);
            channel.pendingBeforeArray |= from.pending(channel);
            channel.priority = EventFifo.PRIORITY_DEFAULT;
        }
    }

    int addControl(FifoBits bits, int vcpu, long guestMfn, int offset) {
        if (bits.control(vcpu) != null) {
            return -Errno.EINVAL;
        }
        GuestPage page = frames.take(guestMfn);
        if (page == null) {
            return -Errno.EINVAL;
        }
        bits.setControl(vcpu, new FifoBits.Control(offset, page));
        return 0;
    }

    /** Adds a page of event words, and raises what came for its ports while it was missing. */
    int expand(FifoBits bits, PortTable ports, long guestMfn) {
        if (bits.array().size() >= EventFifo.ARRAY_PAGES) {
            return -Errno.ENOSPC;
        }
        GuestPage page = frames.take(guestMfn);
        if (page == null) {
            return -Errno.EINVAL;
        }
        int first = bits.words();
        bits.array().add(new FifoBits.ArrayPage(page));
        int end = Math.min(bits.words(), ports.valid());
        for (int port = first; port < end; port++) {
            Channel channel = ports.all().get(port);
            if (channel.pendingBeforeArray) {
                bits.setPending(channel.vcpu, channel);
            }
        }
        return 0;
    }

    void release(FifoBits bits) {
        for (int vcpu = 0; vcpu < bits.tails().length / EventFifo.QUEUES; vcpu++) {
            FifoBits.Control control = bits.control(vcpu);
            if (control != null) {
                frames.release(control.page());
            }
        }
        bits.array().forEach(page -> frames.release(page.page()));
    }
}
