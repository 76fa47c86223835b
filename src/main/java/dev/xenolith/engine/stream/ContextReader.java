package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Walks domain-context entries: HEADER first, END last, nothing behind it. */
public final class ContextReader {

    private final ImageBytes image;
    private final long end;
    private final IntFunction<String> names;
    private long offset;
    private boolean done;

    public ContextReader(ImageBytes image, long offset, long length, IntFunction<String> names) {
        this.image = image;
        this.offset = offset;
        this.end = offset + length;
        this.names = names;
    }

    /** The body of the HEADER entry. */
    public ByteBuffer header() {
        ContextEntry entry = entry();
        Expect.that(
                entry.descriptor().typecode() == ContextDescriptor.HEADER,
                entry.name(),
                entry.offset(),
                "HEADER as the first entry",
                entry.name());
        return entry.exact(ContextHeader.BYTES);
    }

    /** The next entry between HEADER and END; null at END. */
    public @Nullable ContextEntry next() {
        if (done) {
            return null;
        }
        ContextEntry entry = entry();
        int typecode = entry.descriptor().typecode();
        Expect.that(typecode != ContextDescriptor.HEADER, entry.name(), entry.offset(), "one HEADER", "a second one");
        if (typecode != ContextDescriptor.END) {
            return entry;
        }
        done = true;
        Expect.length(entry.name(), entry.offset(), 0, entry.descriptor().length());
        Expect.that(offset == end, entry.name(), entry.offset(), "nothing behind END", (end - offset) + " bytes");
        return null;
    }

    private ContextEntry entry() {
        long at = offset;
        Expect.that(
                end - at >= ContextDescriptor.BYTES,
                ContextDescriptor.NAME,
                at,
                "an END entry",
                "the end of the record after " + (end - at) + " bytes");
        ContextDescriptor descriptor =
                ContextDescriptor.decode(image.read(ContextDescriptor.NAME, at, ContextDescriptor.BYTES));
        String name = "context " + names.apply(descriptor.typecode());
        checkFlags(descriptor, name, at);
        long room = end - at - ContextDescriptor.BYTES;
        Expect.that(
                descriptor.length() >= 0 && descriptor.length() <= room,
                name,
                at,
                "a body of at most " + room + " bytes",
                Long.toUnsignedString(descriptor.length()) + " bytes");
        offset = Math.min(end, at + ContextDescriptor.BYTES + RecordHeader.padded(descriptor.length()));
        return new ContextEntry(image, descriptor, name, at);
    }

    private static void checkFlags(ContextDescriptor descriptor, String name, long at) {
        int unknown = descriptor.flags() & ~ContextDescriptor.FLAG_IGNORE;
        if (unknown != 0) {
            throw new ImageIncompatibleException(name + " with flags " + Expect.hex(unknown), "flags 0x1");
        }
        boolean frame =
                descriptor.typecode() == ContextDescriptor.HEADER || descriptor.typecode() == ContextDescriptor.END;
        Expect.that(!(frame && descriptor.ignored()), name, at, "no IGNORE flag here", "IGNORE");
        Expect.that(!(frame && descriptor.vcpu() != 0), name, at, "no vcpu id here", descriptor.vcpu());
    }
}
