package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Walks an image record by record, headers included, through the layers:
 *
 * <pre>
 *   XL header ─► LIBXL header ─► LIBXL records ── END ─► the end
 *                                 │ LIBXC_CONTEXT ▲
 *                                 ▼               │ END, CHECKPOINT
 *                        LIBXC headers ─► LIBXC records ◄── CHECKPOINT_END
 * </pre>
 *
 * An image may begin at any of the three (an {@code xl save} file, a bare libxl stream, a bare libxc stream). The walk
 * knows framing only, so it also lists records nobody here understands; {@link StreamRules} judges their order. Bytes
 * after the last END are nobody's, as for Xen.
 */
public final class StreamRecords {

    private enum At {
        XL_HEADER,
        LIBXL_HEADER,
        LIBXL,
        IMAGE_HEADER,
        DOMAIN_HEADER,
        LIBXC,
        DONE
    }

    private final ImageBytes image;
    private final StreamLayer outermost;
    private final boolean bareLibxc;
    private At at;
    private long offset;
    private int count;
    private @Nullable XlHeader xlHeader;
    private @Nullable ImageHeader imageHeader;
    private @Nullable DomainHeader domainHeader;

    public StreamRecords(ImageBytes image) {
        this.image = image;
        this.at = outermost(image);
        this.bareLibxc = at == At.IMAGE_HEADER;
        this.outermost = bareLibxc ? StreamLayer.LIBXC : at == At.XL_HEADER ? StreamLayer.XL : StreamLayer.LIBXL;
    }

    /** The next record, or null after the last. */
    public @Nullable RecordEntry next() {
        if (at == At.DONE) {
            return null;
        }
        RecordEntry entry = switch (at) {
            case XL_HEADER -> xlHeaderEntry();
            case LIBXL_HEADER -> libxlHeaderEntry();
            case IMAGE_HEADER -> imageHeaderEntry();
            case DOMAIN_HEADER -> domainHeaderEntry();
            case LIBXL, LIBXC -> record();
            case DONE -> throw new IllegalStateException("walked on after the end");
        };
        Expect.that(
                ++count <= StreamLimits.RECORDS_MAX,
                entry.name(),
                offset,
                "at most " + StreamLimits.RECORDS_MAX + " records",
                "more");
        offset = entry.end();
        return entry;
    }

    /** The layer the image begins with. */
    public StreamLayer outermost() {
        return outermost;
    }

    /** The xl header; null until it is reached, and in a bare stream. */
    public @Nullable XlHeader xlHeader() {
        return xlHeader;
    }

    public @Nullable ImageHeader imageHeader() {
        return imageHeader;
    }

    public @Nullable DomainHeader domainHeader() {
        return domainHeader;
    }

    private static At outermost(ImageBytes image) {
        if (XlHeader.begins(image)) {
            return At.XL_HEADER;
        }
        ByteBuffer start = image.read("IMAGE", 0, 8).order(ByteOrder.BIG_ENDIAN);
        long first = start.getLong();
        if (first == LibxlHeader.IDENT) {
            return At.LIBXL_HEADER;
        }
        if (first == ImageHeader.MARKER) {
            return At.IMAGE_HEADER;
        }
        throw new ImageCorruptException(
                "IMAGE", 0, "an xl header, a libxl stream or a libxc stream", Expect.hex(first));
    }

    private RecordEntry xlHeaderEntry() {
        XlHeader header = XlHeader.decode(image, offset);
        xlHeader = header;
        at = At.LIBXL_HEADER;
        return RecordEntry.header(StreamLayer.XL, XlHeader.NAME, offset, header.encodedBytes());
    }

    private RecordEntry libxlHeaderEntry() {
        LibxlHeader header = LibxlHeader.decode(image, offset);
        if ((header.options() & LibxlHeader.OPTION_LEGACY) != 0) {
            throw new ImageIncompatibleException("a libxl stream converted from the legacy format", "stream v2");
        }
        at = At.LIBXL;
        return RecordEntry.header(StreamLayer.LIBXL, LibxlHeader.NAME, offset, LibxlHeader.BYTES);
    }

    private RecordEntry imageHeaderEntry() {
        imageHeader = ImageHeader.decode(image, offset);
        at = At.DOMAIN_HEADER;
        return RecordEntry.header(StreamLayer.LIBXC, ImageHeader.NAME, offset, ImageHeader.BYTES);
    }

    private RecordEntry domainHeaderEntry() {
        domainHeader = DomainHeader.decode(image, offset);
        at = At.LIBXC;
        return RecordEntry.header(StreamLayer.LIBXC, DomainHeader.NAME, offset, DomainHeader.BYTES);
    }

    private RecordEntry record() {
        StreamLayer layer = at == At.LIBXL ? StreamLayer.LIBXL : StreamLayer.LIBXC;
        RecordEntry entry = RecordEntry.at(image, layer, offset);
        at = layer == StreamLayer.LIBXL ? afterLibxl(entry.type()) : afterLibxc(entry.type());
        return entry;
    }

    private At afterLibxl(int type) {
        return switch (type) {
            case LibxlRecord.END -> At.DONE;
            case LibxlRecord.LIBXC_CONTEXT -> At.IMAGE_HEADER;
            case LibxlRecord.CHECKPOINT_END -> At.LIBXC;
            default -> At.LIBXL;
        };
    }

    private At afterLibxc(int type) {
        return switch (type) {
            case LibxcRecord.END -> bareLibxc ? At.DONE : At.LIBXL;
            case LibxcRecord.CHECKPOINT -> bareLibxc ? At.LIBXC : At.LIBXL;
            default -> At.LIBXC;
        };
    }
}
