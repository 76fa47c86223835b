package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.ImageRecord;
import dev.xenolith.engine.ImageRecordQuery;
import dev.xenolith.engine.ImageRecordsPage;
import dev.xenolith.engine.stream.ContextDescriptor;
import dev.xenolith.engine.stream.ContextEntry;
import dev.xenolith.engine.stream.ContextReader;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.RecordMeaning;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of an image in their order, the entries of the domain context among them. A record's place follows from
 * those before it, so each listing walks from the start; it reads headers only, and bodies of those it shows.
 */
final class ImageListing {

    private static final String CONTEXT = "context";
    private static final int CONTEXT_HEADER_BYTES = 8;

    private final ImageBytes image;
    private final RecordMeaning meanings;
    private final Visitor visitor;
    private long position;

    /** Is shown every record until it has seen enough. */
    @FunctionalInterface
    private interface Visitor {
        /** @return whether to go on */
        boolean see(long position, Sight sight);
    }

    /** A record that is passed by. What takes reading is read only if asked for. */
    private record Sight(
            String layer,
            String name,
            @Nullable Integer type,
            @Nullable Integer vcpu,
            long offset,
            long length,
            Supplier<String> meaning,
            Supplier<Optional<Object>> contents) {

        ImageRecord at(long position) {
            return new ImageRecord(position, layer, name, type, vcpu, offset, length, meaning.get());
        }
    }

    private ImageListing(FileChannel channel, Visitor visitor) {
        this.image = ImageBytes.of(channel);
        this.meanings = new RecordMeaning(image);
        this.visitor = visitor;
    }

    static ImageRecordsPage page(FileChannel channel, ImageRecordQuery query) {
        List<ImageRecord> records = new ArrayList<>();
        long[] next = {-1};
        new ImageListing(channel, (position, sight) -> {
                    if (position < query.fromPosition()
                            || (query.name() != null && !query.name().equals(sight.name()))) {
                        return true;
                    }
                    if (records.size() == query.limit()) {
                        next[0] = position;
                        return false;
                    }
                    records.add(sight.at(position));
                    return true;
                })
                .walk();
        return new ImageRecordsPage(records, next[0] < 0 ? null : next[0]);
    }

    static Optional<Object> contents(FileChannel channel, long wanted) {
        List<Object> found = new ArrayList<>(1);
        new ImageListing(channel, (position, sight) -> {
                    if (position == wanted) {
                        sight.contents().get().ifPresent(found::add);
                    }
                    return position < wanted;
                })
                .walk();
        return found.stream().findFirst();
    }

    private void walk() {
        try {
            StreamRecords records = new StreamRecords(image);
            for (RecordEntry record = records.next(); record != null; record = records.next()) {
                if (!show(record)) {
                    return;
                }
            }
        } catch (ImageCorruptException e) {
            show(lost(e, "nothing behind it can be found"));
        } catch (ImageIncompatibleException e) {
            show(damage("IMAGE", 0, "not for this host: " + e.getMessage()));
        }
    }

    private boolean show(RecordEntry record) {
        Sight sight = new Sight(
                record.layer().name().toLowerCase(Locale.ROOT),
                record.name(),
                record.isHeader() ? null : record.type(),
                null,
                record.offset(),
                record.length(),
                () -> meanings.of(record),
                () -> header(record));
        return show(sight) && (!record.is(StreamLayer.LIBXC, LibxcRecord.XENOLITH_DOMAIN_CONTEXT) || entries(record));
    }

    private boolean show(Sight sight) {
        return visitor.see(position++, sight);
    }

    private Optional<Object> header(RecordEntry record) {
        return record.is(StreamLayer.LIBXC, LibxcRecord.XENOLITH_TRANSPARENT)
                ? Optional.of(TransparentHeader.LAYOUT.tree(TransparentHeader.decode(image, record)))
                : Optional.empty();
    }

    private boolean entries(RecordEntry record) {
        long length = Math.max(0, record.length() - ContextRecord.TRAILER_BYTES);
        long last = record.bodyOffset() + length - ContextDescriptor.BYTES;
        try {
            ContextReader reader = new ContextReader(image, record.bodyOffset(), length, DomainContexts.types()::name);
            reader.header();
            boolean wanted =
                    frame(ContextDescriptor.HEADER, record.bodyOffset(), CONTEXT_HEADER_BYTES, "entries follow");
            for (ContextEntry entry = reader.next(); wanted && entry != null; entry = reader.next()) {
                wanted = show(entry);
            }
            return wanted && frame(ContextDescriptor.END, last, 0, "end of the domain context");
        } catch (ImageCorruptException e) {
            return show(lost(e, "the entries behind it cannot be found"));
        } catch (ImageIncompatibleException e) {
            return show(damage(record.name(), record.offset(), "not for this host: " + e.getMessage()));
        }
    }

    private boolean frame(int type, long offset, long length, String meaning) {
        return show(new Sight(
                CONTEXT,
                DomainContexts.types().name(type),
                type,
                null,
                offset,
                length,
                () -> meaning,
                Optional::empty));
    }

    private boolean show(ContextEntry entry) {
        int type = entry.descriptor().typecode();
        return show(new Sight(
                CONTEXT,
                DomainContexts.types().name(type),
                type,
                type == DomainContexts.VCPU ? entry.descriptor().vcpu() : null,
                entry.offset(),
                entry.descriptor().length(),
                () -> ContextMeaning.of(entry),
                () -> ContextMeaning.tree(entry)));
    }

    private static Sight lost(ImageCorruptException e, String consequence) {
        return damage(e.record(), e.offset(), "damaged: " + e.getMessage() + "; " + consequence);
    }

    private static Sight damage(String name, long offset, String meaning) {
        return new Sight("none", name, null, null, offset, 0, () -> meaning, Optional::empty);
    }
}
