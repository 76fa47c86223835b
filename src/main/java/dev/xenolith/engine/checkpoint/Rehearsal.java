package dev.xenolith.engine.checkpoint;

import java.nio.channels.FileChannel;

/**
 * A restore that nobody sees: the whole of an image in Xen's format is made a domain, by the very code that restores it,
 * on a machine of its own, and let go before it has run.
 */
@FunctionalInterface
public interface Rehearsal {

    /**
     * Leaves the channel open. What the image demands of the CPU is not asked.
     *
     * @param frames that the machine is to have
     * @throws dev.xenolith.engine.ImageCorruptException as a restore does
     * @throws dev.xenolith.engine.ImageIncompatibleException as a restore does
     * @throws dev.xenolith.engine.InsufficientMemoryException where the domain does not fit into so many
     */
    void restore(FileChannel image, long frames);
}
