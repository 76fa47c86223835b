package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.stream.RecordEntry;

/** The rules of an image's contents, each with the words that say how it was broken. */
final class Damage {

    private Damage() {}

    static void require(boolean holds, RecordEntry record, String expected, Object got) {
        if (!holds) {
            throw of(record, expected, got);
        }
    }

    static ImageCorruptException of(RecordEntry record, String expected, Object got) {
        return of(record.name(), record.offset(), expected, got);
    }

    static ImageCorruptException of(String record, long offset, String expected, Object got) {
        return new ImageCorruptException(record, offset, expected, String.valueOf(got));
    }

    static ImageIncompatibleException incompatible(RecordEntry record, String needs, String has) {
        return new ImageIncompatibleException(needs, has, record.name(), record.offset());
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
