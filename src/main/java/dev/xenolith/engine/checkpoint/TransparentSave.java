package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.stream.ContextDomain;
import dev.xenolith.engine.stream.ContextTypes;
import dev.xenolith.engine.stream.DomainHeader;
import dev.xenolith.engine.stream.ImageHeader;
import dev.xenolith.engine.stream.ImageSink;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.LibxlHeader;
import dev.xenolith.engine.stream.LibxlRecord;
import dev.xenolith.engine.stream.PvInfo;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.XlHeader;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a transparent image of a paused domain, front to back. Nothing in the domain changes, so there is nothing to
 * undo: whoever gave the channel throws away what was written if this throws.
 */
final class TransparentSave<D extends ContextDomain> {

    private final D domain;
    private final ContextTypes<D> types;
    private final SavedFrames frames;
    private final TransparentHeader header;

    TransparentSave(D domain, ContextTypes<D> types, SavedFrames frames, TransparentHeader header) {
        this.domain = domain;
        this.types = types;
        this.frames = frames;
        this.header = header;
    }

    SaveResult write(SaveSpec spec) {
        spec.progress().report("prepare", 0, frames.count(), "pages");
        try (ImageSink sink = new ImageSink(spec.image())) {
            return write(spec, sink);
        }
    }

    private SaveResult write(SaveSpec spec, ImageSink sink) {
        RecordWriter writer = new RecordWriter(sink);
        StateDigest digest = new StateDigest();
        MemorySave memory = new MemorySave(frames, sink, writer, digest);

        digest.header(header);
        long headerOffset = writeHeaders(spec, sink, writer);
        memory.write(spec.progress());
        spec.progress().report("context", 0, 1, "records");
        long contextOffset = sink.position();
        int contextCrc32c = writeContext(writer, digest);
        writer.write(StreamLayer.LIBXC, LibxcRecord.END);
        writer.write(StreamLayer.LIBXL, LibxlRecord.END);
        String sha256 = sink.finish();
        Voucher voucher = memory.voucher(sha256, headerOffset, contextOffset, contextCrc32c);
        return new SaveResult(
                sink.position(), sha256, memory.counts().byKind(), digest.finish(), facts(), voucher.encode());
    }

    /** Returns the offset of XENOLITH_TRANSPARENT. */
    private long writeHeaders(SaveSpec spec, ImageSink sink, RecordWriter writer) {
        sink.write(XlHeader.of(spec.configuration()).encode());
        sink.write(LibxlHeader.current().encode());
        writer.write(StreamLayer.LIBXL, LibxlRecord.LIBXC_CONTEXT);
        sink.write(ImageHeader.current().encode());
        sink.write(DomainHeader.x86Pv(XenVersion.MAJOR, XenVersion.MINOR).encode());
        long offset = writer.write(StreamLayer.LIBXC, LibxcRecord.XENOLITH_TRANSPARENT, header.encode());
        writer.write(
                StreamLayer.LIBXC, LibxcRecord.X86_PV_INFO, PvInfo.x86of64Bit().encode());
        writer.write(StreamLayer.LIBXC, LibxcRecord.STATIC_DATA_END);
        return offset;
    }

    private int writeContext(RecordWriter writer, StateDigest digest) {
        return ContextRecord.write(
                writer,
                header.encode(),
                types.size(domain),
                sink -> types.save(domain, piece -> {
                    sink.bytes(piece);
                    digest.context(piece);
                }));
    }

    private Map<String, String> facts() {
        return facts(header);
    }

    static Map<String, String> facts(TransparentHeader header) {
        Map<String, String> facts = new TreeMap<>();
        header.facts().forEach(fact -> facts.put(fact.name(), fact.value()));
        return facts;
    }
}
