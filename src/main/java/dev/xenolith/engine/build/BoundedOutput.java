package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads a decompressing stream to its end, or refuses it at the limit. */
final class BoundedOutput {

    private BoundedOutput() {}

    static byte[] drain(InputStream in, int limit, String format) throws IOException {
        try (in) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(limit, 1 << 20));
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (n > limit - out.size()) {
                    throw tooLarge(limit, format);
                }
                out.write(buffer, 0, n);
            }
            return out.toByteArray();
        }
    }

    static BootImageUnusableException tooLarge(int limit, String format) {
        return new BootImageUnusableException(
                "kernel payload (" + format + ")", "at most " + limit + " bytes unpacked", "more");
    }
}
