package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventChannelOp;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.machine.GuestPage;

/**
 * The first form: a pending bit and a mask bit for each port in the shared info page, and in each {@code vcpu_info} a
 * selector with one bit for each word of pending bits.
 *
 * <p>The order is the ABI: pending, then the selector if that was new and not masked, then the upcall flag. An event
 * that comes while its port is masked leaves no trace in the selector, so unmasking looks again.
 */
final class TwoLevelBits implements PendingBits {

    private final Upcalls upcalls;

    TwoLevelBits(Upcalls upcalls) {
        this.upcalls = upcalls;
    }

    @Override
    public int ports() {
        return EventChannelOp.TWO_LEVEL_PORTS;
    }

    @Override
    public void bound(Channel channel) {}

    @Override
    public void setPending(int vcpu, Channel channel) {
        if (testAndSet(page(), SharedInfo.EVTCHN_PENDING, channel.port)) {
            return;
        }
        if (!masked(channel)) {
            select(vcpu, channel.port);
        }
        upcalls.wakePollers(channel.port);
    }

    @Override
    public void clearPending(Channel channel) {
        clear(SharedInfo.EVTCHN_PENDING, channel.port);
    }

    @Override
    public void unmask(Channel channel) {
        if (masked(channel)) {
            clear(SharedInfo.EVTCHN_MASK, channel.port);
            if (pending(channel)) {
                select(channel.vcpu, channel.port);
            }
        }
    }

    @Override
    public boolean pending(Channel channel) {
        return test(SharedInfo.EVTCHN_PENDING, channel.port);
    }

    @Override
    public boolean masked(Channel channel) {
        return test(SharedInfo.EVTCHN_MASK, channel.port);
    }

    @Override
    public boolean busy(Channel channel) {
        return false;
    }

    @Override
    public int setPriority(Channel channel, int priority) {
        return -Errno.ENOSYS;
    }

    private void select(int vcpu, int port) {
        EventVcpus vcpus = upcalls.vcpus();
        int selector = vcpus.infoOffset(vcpu) + VcpuInfo.PENDING_SEL;
        if (!testAndSet(vcpus.infoPage(vcpu), selector, port / SharedInfo.EVTCHN_BITS_PER_WORD)) {
            upcalls.mark(vcpu);
        }
    }

    private GuestPage page() {
        return upcalls.vcpus().sharedInfo();
    }

    private boolean test(int base, int bit) {
        return (page().getLong(word(base, bit)) & 1L << bit) != 0;
    }

    private void clear(int base, int bit) {
        long value = page().getLong(word(base, bit));
        page().putLong(word(base, bit), value & ~(1L << bit));
    }

    private static boolean testAndSet(GuestPage page, int base, int bit) {
        long value = page.getLong(word(base, bit));
        if ((value & 1L << bit) != 0) {
            return true;
        }
        page.putLong(word(base, bit), value | 1L << bit);
        return false;
    }

    private static int word(int base, int bit) {
        return base + bit / Long.SIZE * Long.BYTES;
    }
}
