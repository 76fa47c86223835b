package dev.xenolith.engine.checkpoint;

import java.nio.channels.FileChannel;

/** Of transparent images nothing is rehearsed: their index and checksums tell all. */
final class NoRehearsal implements Rehearsal {

    @Override
    public void restore(FileChannel image, long frames) {
        throw new AssertionError("expected no rehearsal of a transparent image");
    }
}
