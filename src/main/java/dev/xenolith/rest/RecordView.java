package dev.xenolith.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.xenolith.engine.ImageRecord;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A record of an image as callers see it. */
@Schema(name = "ImageRecord")
record RecordView(
        @Schema(description = "In the image, from 0") long position,

        @Schema(
                description =
                        "xl, libxl or libxc: nested formats of Xen's; context: inside XENOLITH_DOMAIN_CONTEXT; none: where the"
                                + " order of a damaged image is lost",
                example = "libxc")
        String layer,

        @Schema(example = "PAGE_DATA") String name,

        @Schema(description = "The number the image has for it; null for a header", nullable = true) @Nullable
        Integer type,

        @Schema(description = "Whose state it is", nullable = true) @Nullable
        Integer vcpu,

        @Schema(description = "Of its first byte in the file")
        long offset,

        @Schema(description = "Of its body, without header and padding")
        long length,

        @Schema(
                description = "What it says, in a line",
                example = "1024 pages, 0x0 to 0x3ff, 711 with data, 9 page tables")
        String meaning) {

    /** A record with what it holds. */
    @Schema(name = "ImageRecordOpened")
    record Opened(
            @JsonUnwrapped RecordView record,

            @Schema(
                    description = "The state it holds, field by field; null for a record that holds none",
                    nullable = true)
            @Nullable
            Object contents) {}

    static RecordView of(ImageRecord record) {
        return new RecordView(
                record.position(),
                record.layer(),
                record.name(),
                record.type(),
                record.vcpu(),
                record.offset(),
                record.length(),
                record.meaning());
    }
}
