package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A message's body: strings that end in NUL, and sometimes plain bytes after them. One byte is one character. */
record Payload(byte[] bytes) {

    static Payload ofStrings(List<String> strings) {
        StringBuilder text = new StringBuilder();
        strings.forEach(string -> text.append(string).append('\0'));
        return new Payload(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The only string there is. */
    String one() {
        List<String> strings = strings();
        if (strings.size() != 1 || !endsInNul()) {
            throw new StoreFailure(Errno.EINVAL);
        }
        return strings.getFirst();
    }

    /** Every string that ends in NUL; what follows the last NUL is ignored. */
    List<String> strings() {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == 0) {
                strings.add(text(start, at));
                start = at + 1;
            }
        }
        return strings;
    }

    String first() {
        return text(0, firstNul());
    }

    byte[] afterFirst() {
        return Arrays.copyOfRange(bytes, firstNul() + 1, bytes.length);
    }

    private boolean endsInNul() {
        return bytes.length > 0 && bytes[bytes.length - 1] == 0;
    }

    private int firstNul() {
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == 0) {
                return at;
            }
        }
        throw new StoreFailure(Errno.EINVAL);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
