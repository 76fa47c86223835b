package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.machine.GuestPage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second form: each port has an event word in pages the guest gives, and an event that becomes pending is appended
 * to the queue of its vcpu and priority.
 *
 * <pre>
 *   control block of a vcpu          event words
 *   ready: bit p ─ queue p has work
 *   head[p] ─────────────────────►  port a ─LINK─► port b ─LINK─► port c ◄── tail (known to us only)
 * </pre>
 *
 * <p>The guest takes ports off the head. We append: if the tail's word is still linked, its LINK becomes the new port;
 * else the guest has emptied the queue, and the new port becomes the head. A guest that writes nonsense there loses its
 * own events and nothing else: a tail of ours always names a port that has a word.
 */
final class FifoBits implements PendingBits {

    /** Where a vcpu's control block is. */
    record Control(int offset, GuestPage page) {}

    /** One page of event words. */
    record ArrayPage(GuestPage page) {}

    private final Upcalls upcalls;
    private final List<ArrayPage> array = new ArrayList<>();
    private final @Nullable Control[] controls;
    private final int[] tails;

    FifoBits(Upcalls upcalls) {
        this.upcalls = upcalls;
        int vcpus = upcalls.vcpus().count();
        controls = new @Nullable Control[vcpus];
        tails = new int[vcpus * EventFifo.QUEUES];
    }

    @Override
    public int ports() {
        return EventFifo.PORTS;
    }

    @Override
    public void bound(Channel channel) {
        channel.priority = EventFifo.PRIORITY_DEFAULT;
    }

    @Override
    public void setPending(int vcpu, Channel channel) {
        GuestPage words = page(channel.port);
        if (words == null) {
            channel.pendingBeforeArray = true;
            return;
        }
        Control control = controls[vcpu];
        if (control == null) {
            // A guest may not unmask an event of a vcpu that has no control block: Xen drops it too.
            return;
        }
        int at = offset(channel.port);
        int word = words.getInt(at);
        boolean news = (word & EventFifo.PENDING) == 0;
        boolean link = (word & (EventFifo.MASKED | EventFifo.LINKED)) == 0;
        words.putInt(at, word | EventFifo.PENDING | (link ? EventFifo.LINKED : 0));
        if (link) {
            append(vcpu, control, channel);
        }
        if (news) {
            upcalls.wakePollers(channel.port);
        }
    }

    private void append(int vcpu, Control control, Channel channel) {
        // If this port was the tail of the queue it was last on, that queue is empty now.
        int before = queue(channel.lastVcpu, channel.lastPriority);
        if (tails[before] == channel.port) {
            tails[before] = 0;
        }
        channel.lastVcpu = vcpu;
        channel.lastPriority = channel.priority;
        int queue = queue(vcpu, channel.priority);
        boolean linked = tails[queue] != 0 && linkFrom(tails[queue], channel.port);
        tails[queue] = channel.port;
        if (linked) {
            return;
        }
        int head = control.offset() + EventFifo.CONTROL_HEAD + channel.priority * Integer.BYTES;
        control.page().putInt(head, channel.port);
        int ready = control.offset() + EventFifo.CONTROL_READY;
        int bits = control.page().getInt(ready);
        if ((bits & 1 << channel.priority) == 0) {
            control.page().putInt(ready, bits | 1 << channel.priority);
            upcalls.mark(vcpu);
        }
    }

    /** Points the tail at its new successor, unless the guest has taken it off the queue. */
    private boolean linkFrom(int tail, int port) {
        GuestPage words = page(tail);
        if (words == null) {
            throw new IllegalStateException("FIFO tail: expected a port with an event word, got " + tail);
        }
        int at = offset(tail);
        int word = words.getInt(at);
        if ((word & EventFifo.LINKED) == 0) {
            return false;
        }
        words.putInt(at, (word & ~(EventFifo.BUSY | EventFifo.LINK_MASK)) | port);
        return true;
    }

    @Override
    public void clearPending(Channel channel) {
        clear(channel, EventFifo.PENDING);
    }

    @Override
    public void unmask(Channel channel) {
        clear(channel, EventFifo.MASKED);
        if (pending(channel)) {
            setPending(channel.vcpu, channel);
        }
    }

    @Override
    public boolean pending(Channel channel) {
        return has(channel, EventFifo.PENDING, false);
    }

    @Override
    public boolean masked(Channel channel) {
        return has(channel, EventFifo.MASKED, true);
    }

    @Override
    public boolean busy(Channel channel) {
        return has(channel, EventFifo.LINKED, false);
    }

    @Override
    public int setPriority(Channel channel, int priority) {
        if (priority < 0 || priority > EventFifo.PRIORITY_MIN) {
            return -Errno.EINVAL;
        }
        // Only later events go to the new queue; one that is linked stays where it is.
        channel.priority = priority;
        return 0;
    }

    @Nullable
    Control control(int vcpu) {
        return controls[vcpu];
    }

    void setControl(int vcpu, Control control) {
        controls[vcpu] = control;
    }

    List<ArrayPage> array() {
        return array;
    }

    int[] tails() {
        return tails;
    }

    /** Ports that have an event word. */
    int words() {
        return array.size() * EventFifo.WORDS_PER_PAGE;
    }

    private boolean has(Channel channel, int bit, boolean withoutWord) {
        GuestPage words = page(channel.port);
        return words == null ? withoutWord : (words.getInt(offset(channel.port)) & bit) != 0;
    }

    private void clear(Channel channel, int bit) {
        GuestPage words = page(channel.port);
        if (words != null) {
            int at = offset(channel.port);
            words.putInt(at, words.getInt(at) & ~bit);
        }
    }

    private @Nullable GuestPage page(int port) {
        int slot = port / EventFifo.WORDS_PER_PAGE;
        return slot < array.size() ? array.get(slot).page() : null;
    }

    private static int offset(int port) {
        return port % EventFifo.WORDS_PER_PAGE * EventFifo.WORD_BYTES;
    }

    private static int queue(int vcpu, int priority) {
        return vcpu * EventFifo.QUEUES + priority;
    }
}
