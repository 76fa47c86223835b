package dev.xenolith.control;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * A place in a list ordered by creation time and id. Callers get it as an opaque word; items made or deleted in between
 * neither repeat nor hide others.
 */
public record Cursor(Instant createdAt, UUID id) {

    public String encode() {
        String plain = createdAt + " " + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    public static Cursor decode(String word) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
            int space = plain.indexOf(' ');
            if (space < 0) {
                throw bad(word);
            }
            return new Cursor(Instant.parse(plain.substring(0, space)), UUID.fromString(plain.substring(space + 1)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw bad(word);
        }
    }

    private static ProblemException bad(String word) {
        return ProblemException.parameter("cursor", "expected a nextCursor of an earlier answer, got " + word);
    }
}
