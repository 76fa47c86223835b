package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Errno;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one domain. It grows by buckets of 64, and a port beyond the last bucket is not valid, which is not the
 * same as free: most operations answer {@code -EINVAL} for the one and act on the other.
 */
final class PortTable {

    static final int BUCKET = 64;

    private final List<Channel> channels = new ArrayList<>();
    private final int maxPort;

    /** @param maxPort the highest port the domain may have ({@code max_evtchn_port}) */
    PortTable(int maxPort) {
        this.maxPort = maxPort;
        grow();
        channels.get(0).kind = ChannelKind.RESERVED;
    }

    int valid() {
        return channels.size();
    }

    int maxPort() {
        return maxPort;
    }

    List<Channel> all() {
        return channels;
    }

    @Nullable
    Channel get(int port) {
        return port >= 0 && port < channels.size() ? channels.get(port) : null;
    }

    /** The lowest port that is free and, under FIFO, no longer on a queue; else {@code -ENOSPC}. */
    int findFree(PendingBits bits) {
        int end = Math.min(maxPort + 1, bits.ports());
        for (int port = 0; port < end; port++) {
            if (port == channels.size()) {
                grow();
            }
            Channel channel = channels.get(port);
            if (channel.kind == ChannelKind.FREE && !bits.busy(channel)) {
                return port;
            }
        }
        return -Errno.ENOSPC;
    }

    void growTo(int count) {
        while (channels.size() < count) {
            grow();
        }
    }

    private void grow() {
        int first = channels.size();
        for (int i = 0; i < BUCKET; i++) {
            channels.add(new Channel(first + i));
        }
    }
}
