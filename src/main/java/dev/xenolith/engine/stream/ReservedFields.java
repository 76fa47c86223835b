package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes that the specification keeps zero: reserved fields and the padding behind a body. */
final class ReservedFields {

    /** A reserved field that is not zero. */
    record Breach(String field, long offset) {}

    private ReservedFields() {}

    static @Nullable Breach check(ImageBytes image, RecordEntry record) {
        if (record.isHeader()) {
            return header(image, record);
        }
        Breach inBody = record.layer() == StreamLayer.LIBXC ? body(image, record) : null;
        if (inBody == null && record.is(StreamLayer.LIBXC, LibxcRecord.PAGE_DATA)) {
            inBody = words(image, record);
        }
        long paddingOffset = record.bodyOffset() + record.length();
        return inBody != null
                ? inBody
                : zero(image, record, "padding", paddingOffset, (int) (record.end() - paddingOffset));
    }

    private static @Nullable Breach header(ImageBytes image, RecordEntry record) {
        return switch (record.name()) {
            case ImageHeader.NAME ->
                (ImageHeader.decode(image, record.offset()).options() & ~1) != 0
                        ? new Breach("reserved options", record.offset() + 16)
                        : zero(image, record, "reserved fields", record.offset() + 18, 6);
            case DomainHeader.NAME -> zero(image, record, "reserved field", record.offset() + 6, 2);
            default -> null;
        };
    }

    private static @Nullable Breach body(ImageBytes image, RecordEntry record) {
        int offset = switch (record.type()) {
            case LibxcRecord.PAGE_DATA,
                    LibxcRecord.X86_PV_VCPU_BASIC,
                    LibxcRecord.X86_PV_VCPU_EXTENDED,
                    LibxcRecord.X86_PV_VCPU_XSAVE,
                    LibxcRecord.X86_PV_VCPU_MSRS -> 4;
            case LibxcRecord.X86_PV_INFO -> 2;
            case LibxcRecord.X86_TSC_INFO -> 20;
            default -> -1;
        };
        int length = record.type() == LibxcRecord.X86_PV_INFO ? 6 : 4;
        boolean there = offset >= 0 && record.length() >= offset + length;
        return there ? zero(image, record, "reserved field", record.bodyOffset() + offset, length) : null;
    }

    private static @Nullable Breach words(ImageBytes image, RecordEntry record) {
        try {
            long at = PageData.reservedBitAt(image, record);
            return at < 0 ? null : new Breach("bits 52 to 59 of a page's word", at);
        } catch (ImageCorruptException e) {
            return null; // its shape is damaged, which the reading of its contents has said
        }
    }

    private static @Nullable Breach zero(ImageBytes image, RecordEntry record, String field, long offset, int length) {
        ByteBuffer bytes = image.read(record.name(), offset, length);
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return new Breach(field, offset);
            }
        }
        return null;
    }
}
