package dev.xenolith.engine.evtchn;

/**
 * The bits of a domain that ends: nobody will look at them again, and its memory may not even be readable, when it was
 * still in an image that turned out to be damaged.
 */
final class NoBits implements PendingBits {

    @Override
    public int ports() {
        return 0;
    }

    @Override
    public void bound(Channel channel) {}

    @Override
    public void setPending(int vcpu, Channel channel) {}

    @Override
    public void clearPending(Channel channel) {}

    @Override
    public void unmask(Channel channel) {}

    @Override
    public boolean pending(Channel channel) {
        return false;
    }

    @Override
    public boolean masked(Channel channel) {
        return true;
    }

    @Override
    public boolean busy(Channel channel) {
        return false;
    }

    @Override
    public int setPriority(Channel channel, int priority) {
        return 0;
    }
}
