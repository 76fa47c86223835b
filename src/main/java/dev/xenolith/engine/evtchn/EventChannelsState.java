package dev.xenolith.engine.evtchn;

import java.util.List;
import java.util.Optional;

/**
 * All that event channels keep outside guest memory, for a transparent save.
 *
 * @param validPorts how far the table has grown; a port beyond is not valid
 * @param channels every port that is not as new, ascending
 * @param polls per vcpu: 0 not polling, -1 polling several ports, else the one port
 * @param fifo empty under the 2-level form
 * @param inbox ports raised by other domains and not delivered yet, ascending
 */
public record EventChannelsState(
        int maxPort,
        int validPorts,
        List<Channel> channels,
        List<Integer> polls,
        Optional<Fifo> fifo,
        List<Integer> inbox) {

    /** {@link Control#mfn} of a vcpu without a control block. */
    public static final long NO_CONTROL = -1;

    /**
     * One port. Fields without a meaning for its kind are 0.
     *
     * @param backend the other end is a backend of ours, which attaches again after a restore
     */
    public record Channel(
            int port,
            ChannelKind kind,
            int vcpu,
            int remoteDomid,
            int remotePort,
            boolean backend,
            int virq,
            int priority,
            int lastVcpu,
            int lastPriority,
            boolean pendingBeforeArray) {}

    /**
     * @param controls per vcpu, in order
     * @param arrayMfns the pages of event words, by the numbers the guest gave
     */
    public record Fifo(List<Control> controls, List<Long> arrayMfns) {}

    /**
     * @param mfn the control block's frame as the guest named it, {@link #NO_CONTROL} for none
     * @param tails the last port of each of the 16 queues, 0 for none
     */
    public record Control(long mfn, int offset, List<Integer> tails) {}
}
