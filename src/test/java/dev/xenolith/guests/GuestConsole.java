package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.fail;

import dev.xenolith.engine.ConsoleOutput;
import dev.xenolith.engine.Domain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A guest's console as somebody at the keyboard sees it: waits for text, types lines. */
final class GuestConsole implements ConsoleOutput {

    private final StringBuilder text = new StringBuilder();
    private int seen;

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        text.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        notifyAll();
    }

    /** Waits until {@code pattern} appears after what earlier calls matched, and goes on behind it. */
    synchronized MatchResult await(String pattern, Duration limit) {
        Pattern compiled = Pattern.compile(pattern);
        Instant deadline = Instant.now().plus(limit);
        while (true) {
            var matcher = compiled.matcher(text);
            if (matcher.find(seen)) {
                seen = matcher.end();
                return matcher.toMatchResult();
            }
            if (Instant.now().isAfter(deadline)) {
                return fail("the console did not show /%s/ within %s; its end:%n%s", pattern, limit, tail());
            }
            try {
                wait(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a guest", e);
            }
        }
    }

    void type(Domain domain, String line) {
        byte[] bytes = (line + "\r").getBytes(StandardCharsets.ISO_8859_1);
        int taken = domain.consoleInput(bytes);
        if (taken != bytes.length) {
            fail("the console took %d of %d bytes", taken, bytes.length);
        }
    }

    synchronized String all() {
        return text.toString();
    }

    /** From now on only what is printed after this call counts. */
    synchronized void skipToEnd() {
        seen = text.length();
    }

    private String tail() {
        return text.substring(Math.max(0, text.length() - 3000));
    }
}
