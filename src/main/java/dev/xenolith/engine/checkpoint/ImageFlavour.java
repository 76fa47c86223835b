package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import java.nio.channels.FileChannel;

/** Whose image it is: the first libxc record tells. */
public enum ImageFlavour {
    /** Opens with XENOLITH_TRANSPARENT. */
    TRANSPARENT,
    /** Pure Xen: saved with the guest's cooperation, here or elsewhere. */
    XEN;

    public static ImageFlavour of(FileChannel channel) {
        StreamRecords records = new StreamRecords(ImageBytes.of(channel));
        RecordEntry record = records.next();
        while (record != null && (record.isHeader() || record.layer() != StreamLayer.LIBXC)) {
            record = records.next();
        }
        boolean ours = record != null && record.type() == LibxcRecord.XENOLITH_TRANSPARENT;
        return ours ? TRANSPARENT : XEN;
    }
}
