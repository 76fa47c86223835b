package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PvInfo;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.StreamRules;
import dev.xenolith.engine.stream.XlHeader;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A transparent image, walked from end to end without looking into its pages: the order of its records is right, the
 * header and the whole index are sound.
 *
 * @param voucher for an image that was not walked, since it is known to be sound: {@link VouchedImage}
 */
record TransparentImage(
        ImageBytes bytes,
        byte[] configuration,
        TransparentHeader header,
        PageIndex index,
        ContextRecord context,
        @Nullable Voucher voucher) {

    /** @throws ImageIncompatibleException for a sound image of the other flavour */
    static TransparentImage open(FileChannel channel) {
        return new Walk(ImageBytes.of(channel)).run();
    }

    /** What is worth keeping as long as the domain lives. */
    TransparentImage withoutVoucher() {
        return new TransparentImage(bytes, configuration, header, index, context, null);
    }

    private static final class Walk {
        private final ImageBytes image;
        private final StreamRules rules = new StreamRules();
        private @Nullable TransparentHeader header;
        private @Nullable PageIndex index;
        private @Nullable RecordEntry headerRecord;
        private @Nullable ContextRecord context;

        Walk(ImageBytes image) {
            this.image = image;
        }

        TransparentImage run() {
            StreamRecords records = new StreamRecords(image);
            for (RecordEntry record = records.next(); record != null; record = records.next()) {
                rules.check(record, image);
                take(record);
            }
            if (header == null || index == null || context == null) {
                throw new ImageIncompatibleException("the cooperative restore of an image of Xen's", "transparent");
            }
            XlHeader xl = records.xlHeader();
            byte[] configuration = xl == null ? new byte[0] : xl.configuration();
            return new TransparentImage(image, configuration, header, index, context, null);
        }

        private void take(RecordEntry record) {
            if (record.isHeader() || record.layer() != StreamLayer.LIBXC) {
                return;
            }
            switch (record.type()) {
                case LibxcRecord.XENOLITH_TRANSPARENT -> {
                    header = TransparentHeader.decode(image, record);
                    headerRecord = record;
                }
                case LibxcRecord.X86_PV_INFO -> PvInfo.decode(record.body(image, PvInfo.BYTES), record.offset());
                case LibxcRecord.XENOLITH_PAGE_INDEX -> index = index(record);
                case LibxcRecord.XENOLITH_DOMAIN_CONTEXT -> context = context(record);
                default -> {}
            }
        }

        private PageIndex index(RecordEntry record) {
            return PageIndex.open(image, record, required(header, record).frames());
        }

        private ContextRecord context(RecordEntry record) {
            return ContextRecord.open(image, required(headerRecord, record), record);
        }

        private static <S> S required(@Nullable S header, RecordEntry record) {
            if (header == null) {
                throw new ImageCorruptException(
                        record.name(), record.offset(), "XENOLITH_TRANSPARENT before it", "none");
            }
            return header;
        }
    }
}
