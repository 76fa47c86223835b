package dev.xenolith.rest;

import dev.xenolith.control.Operation;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What a verification found, which is also the result of its operation. */
@Schema(name = "Verification")
record VerificationView(
        @Schema(example = "checkpoint") String kind,
        UUID id,
        String name,
        boolean ok,

        @ArraySchema(schema = @Schema(implementation = FindingView.class))
        List<?> findings) {

    /** One thing that is wrong. */
    @Schema(name = "ImageFinding")
    record FindingView(
            @Schema(description = "corrupt, or incompatible: sound, and yet not for this host", example = "corrupt")
            String kind,

            @Schema(description = "The record; IMAGE for the file as a whole", example = "PAGE_DATA")
            String record,

            @Schema(example = "4280") long offset,

            @Schema(example = "CRC32C 0x8a9136aa of the page of guest mfn 0x12")
            String expected,

            @Schema(example = "0x190097b3") String got) {}

    static VerificationView of(Operation.Result result) {
        return new VerificationView(
                result.kind(),
                result.id(),
                result.name(),
                Boolean.TRUE.equals(result.report().get("ok")),
                (List<?>) Objects.requireNonNull(result.report().get("findings")));
    }
}
