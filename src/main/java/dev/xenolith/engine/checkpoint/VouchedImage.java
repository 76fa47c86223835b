package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.XlHeader;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Opens an image that we wrote by its voucher, whatever its size: the records that matter are where the voucher says, and
 * the rest is not read. The voucher is bound to the image by the digest that the caller knows, by its size and by the
 * checksums its index and its context end with. Where anything differs there is no such image, and the caller walks it.
 */
final class VouchedImage {

    private VouchedImage() {}

    /** Null for a voucher that is not this image's, or not sound. */
    static @Nullable TransparentImage open(FileChannel channel, ImageVoucher given) {
        Voucher voucher = Voucher.decode(given.bytes());
        if (voucher == null || !voucher.binding().sha256().equals(given.imageSha256())) {
            return null;
        }
        try {
            return open(ImageBytes.of(channel), voucher);
        } catch (ImageCorruptException | ImageIncompatibleException e) {
            // The walk says what is wrong, in order.
            return null;
        }
    }

    private static @Nullable TransparentImage open(ImageBytes image, Voucher voucher) {
        Voucher.Binding binding = voucher.binding();
        if (image.size() != binding.imageBytes()) {
            return null;
        }
        RecordEntry headerRecord = record(image, binding.headerOffset(), LibxcRecord.XENOLITH_TRANSPARENT);
        TransparentHeader header = TransparentHeader.decode(image, headerRecord);
        PageIndex index = PageIndex.unread(
                image, record(image, binding.indexOffset(), LibxcRecord.XENOLITH_PAGE_INDEX), header.frames());
        ContextRecord context = ContextRecord.open(
                image, headerRecord, record(image, binding.contextOffset(), LibxcRecord.XENOLITH_DOMAIN_CONTEXT));
        boolean isBound = index.checksum() == binding.indexCrc32c()
                && context.checksum() == binding.contextCrc32c()
                && voucher.isComplete(header);
        return isBound ? new TransparentImage(image, configuration(image), header, index, context, voucher) : null;
    }

    private static RecordEntry record(ImageBytes image, long offset, int type) {
        RecordEntry record = RecordEntry.at(image, StreamLayer.LIBXC, offset);
        if (record.type() != type) {
            throw new ImageCorruptException(record.name(), offset, "the record of the voucher", "another");
        }
        return record;
    }

    private static byte[] configuration(ImageBytes image) {
        StreamRecords records = new StreamRecords(image);
        records.next();
        XlHeader xl = records.xlHeader();
        return xl == null ? new byte[0] : xl.configuration();
    }
}
