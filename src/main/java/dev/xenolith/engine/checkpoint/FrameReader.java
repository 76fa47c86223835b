package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.FrameBackings;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.stream.PageData;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The bytes of a paused domain's frames, looked at in passing: a page still in its image is read from there into a
 * buffer and stays in its image, so that saving a domain restored a moment ago does not fill the host's memory.
 */
final class FrameReader {

    private final Machine machine;
    private final FrameBackings backings;
    private final MemorySegment ram;
    private final MemorySegment passing = MemorySegment.ofArray(new byte[PageSize.BYTES]);
    private final MemorySegment zeroes = MemorySegment.ofArray(new byte[PageSize.BYTES]);

    FrameReader(Machine machine) {
        this.machine = machine;
        this.backings = machine.backings();
        this.ram = machine.ram().segment();
    }

    /** The frame's bytes, good until the next call. */
    ByteBuffer bytes(int mfn) {
        return segment(mfn).asByteBuffer();
    }

    boolean isZero(int mfn) {
        return backings.isZero(mfn) || segment(mfn).mismatch(zeroes) < 0;
    }

    private MemorySegment segment(int mfn) {
        if (backings.isImage(mfn)) {
            try {
                backings.peek(mfn, passing);
            } catch (ImagePageCorruptException e) {
                ImageCorruptException damage = new ImageCorruptException(
                        PageData.NAME, 0, "the page that was saved", String.valueOf(e.getMessage()));
                damage.initCause(e);
                throw damage;
            }
            return passing;
        }
        return ram.asSlice(machine.readOffset(mfn), PageSize.BYTES).asReadOnly();
    }
}
