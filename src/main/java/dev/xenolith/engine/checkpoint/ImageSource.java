package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.machine.PageSource;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * The pages of an image as the machine's source for the frames of one domain: attached once, and released when no frame is
 * backed by it any more.
 */
public final class ImageSource implements AutoCloseable {

    private static final int NONE = -1;

    private final Machine machine;
    private final FileChannel channel;
    private int source = NONE;

    public ImageSource(Machine machine, FileChannel channel) {
        this.machine = machine;
        this.channel = channel;
    }

    /** The number under which frames name the pages. */
    public int attach(PageSource pages) {
        if (source != NONE) {
            throw new IllegalStateException("memory of one restore: expected to be made once");
        }
        source = machine.addSource(pages);
        return source;
    }

    /** The restore failed and every frame it had made is freed; the channel is the caller's again. */
    public void release() {
        if (source != NONE) {
            machine.removeSource(source);
            source = NONE;
        }
    }

    /** The domain has ended, and every frame that the image backed is freed. */
    @Override
    public void close() {
        release();
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(ImageSource.class.getName())
                    .log(System.Logger.Level.WARNING, "an image could not be closed", e);
        }
    }
}
