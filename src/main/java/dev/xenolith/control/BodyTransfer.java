package dev.xenolith.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Streams an upload into a file, within a limit and while there is room. */
final class BodyTransfer {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final long MIB = 1 << 20;
    private static final long BYTES_A_LOOK = 16 * MIB;

    private final DataDirectory directory;
    private final String what;
    private final String limit;
    private final long maximumBytes;

    /**
     * @param what is sent, for people
     * @param limit by its name in the configuration
     */
    BodyTransfer(DataDirectory directory, String what, String limit, long maximumMib) {
        this.directory = directory;
        this.what = what;
        this.limit = limit;
        this.maximumBytes = maximumMib * MIB;
    }

    /**
     * Refuses what cannot be taken before anything is written.
     *
     * @param bytes what the caller says is coming; -1 where unknown
     */
    void announce(long bytes) {
        checkSize(bytes);
        directory.checkSpace(Math.max(bytes, MIB));
    }

    /** Takes the whole body; returns how it begins. */
    byte[] receive(InputStream body, DurableFile file) throws IOException {
        byte[] head = new byte[0];
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = body.readNBytes(buffer, 0, BUFFER_BYTES); n > 0; n = body.readNBytes(buffer, 0, BUFFER_BYTES)) {
            if (file.size() == 0) {
                head = Arrays.copyOf(buffer, n);
            }
            checkSize(file.size() + n);
            if (file.size() % BYTES_A_LOOK == 0) {
                directory.checkSpace(BUFFER_BYTES);
            }
            file.write(ByteBuffer.wrap(buffer, 0, n));
        }
        if (file.size() == 0) {
            throw ProblemException.field("", "expected the bytes of a " + what + ", got an empty body");
        }
        return head;
    }

    private void checkSize(long bytes) {
        if (bytes > maximumBytes) {
            throw new ProblemException(
                    ProblemType.PAYLOAD_TOO_LARGE,
                    what + ": at most " + maximumBytes + " bytes, got " + bytes,
                    Map.of("limit", limit, "maximumBytes", maximumBytes));
        }
    }
}
