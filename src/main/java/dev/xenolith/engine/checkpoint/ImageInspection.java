package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.stream.DomainHeader;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PvInfo;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.StreamRules;
import dev.xenolith.engine.stream.XlHeader;
import java.nio.channels.FileChannel;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an image of either flavour says of itself. Reads headers, never pages; refuses what no restore would take. */
public final class ImageInspection {

    public static final String FORMAT_XEN = "xen";
    public static final String FORMAT_XENOLITH = "xenolith";
    public static final String MODE_COOPERATIVE = "cooperative";
    public static final String MODE_TRANSPARENT = "transparent";

    private final ImageBytes image;
    private final StreamRules rules = new StreamRules();
    private @Nullable TransparentHeader header;
    private final PageCounts kinds = new PageCounts();
    private long pages;
    private int vcpus;

    private ImageInspection(ImageBytes image) {
        this.image = image;
    }

    public static ImageInfo inspect(FileChannel channel) {
        return new ImageInspection(ImageBytes.of(channel)).run();
    }

    private ImageInfo run() {
        StreamRecords records = new StreamRecords(image);
        for (RecordEntry record = records.next(); record != null; record = records.next()) {
            rules.check(record, image);
            count(record);
        }
        XlHeader xl = records.xlHeader();
        byte[] configuration = xl == null ? new byte[0] : xl.configuration();
        TransparentHeader ours = header;
        if (ours != null) {
            return new ImageInfo(
                    FORMAT_XENOLITH,
                    MODE_TRANSPARENT,
                    container(records),
                    ours.frames(),
                    kinds.byKind(),
                    ours.vcpus(),
                    configuration,
                    TransparentSave.facts(ours));
        }
        return new ImageInfo(
                FORMAT_XEN,
                MODE_COOPERATIVE,
                container(records),
                pages,
                kinds.byKind(),
                vcpus,
                configuration,
                xenFacts(records));
    }

    private void count(RecordEntry record) {
        if (record.isHeader() || record.layer() != StreamLayer.LIBXC) {
            return;
        }
        switch (record.type()) {
            case LibxcRecord.XENOLITH_TRANSPARENT -> header = TransparentHeader.decode(image, record);
            case LibxcRecord.X86_PV_INFO -> PvInfo.decode(record.body(image, PvInfo.BYTES), record.offset());
            case LibxcRecord.PAGE_DATA -> pages(record);
            case LibxcRecord.X86_PV_VCPU_BASIC -> vcpus++;
            default -> {}
        }
    }

    /** What follows VERIFY repeats pages that were counted before. */
    private void pages(RecordEntry record) {
        if (!rules.verifying()) {
            pages += PageData.count(image, record);
            PageData.read(image, record, (pfn, type, dataOffset) -> kinds.add(type));
        }
    }

    private static String container(StreamRecords records) {
        return records.outermost().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> xenFacts(StreamRecords records) {
        Map<String, String> facts = new TreeMap<>();
        DomainHeader domain = records.domainHeader();
        if (domain != null) {
            facts.put("savedBy", "Xen " + domain.xenMajor() + "." + domain.xenMinor());
        }
        return facts;
    }
}
