package dev.xenolith.rest;

import dev.xenolith.engine.FrameSnapshot;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A machine frame as callers see it. */
@Schema(name = "Frame")
record FrameView(
        long mfn,

        @Schema(description = "free, in-use, offlining, offlined or broken", example = "in-use")
        String state,

        @Schema(description = "The owner's domid", nullable = true) @Nullable
        Integer domid,

        @Schema(description = "The owner's name for it", nullable = true) @Nullable
        Long pfn,

        @Schema(description = "none, l1, l2, l3, l4, segdesc or writable", example = "writable")
        String type,

        int typeCount,
        int totalCount,
        boolean pinned,

        @Schema(
                description = "Whether its domain lets others have it: none; offered, by an entry of the grant table;"
                        + " mapped, by a backend",
                example = "none")
        String granted,

        @Schema(description = "What holds its bytes: zero, ram, shared or image", example = "ram")
        String backing) {

    static FrameView of(FrameSnapshot frame) {
        return new FrameView(
                frame.mfn(),
                wire(frame.state().name()),
                frame.domid(),
                frame.pfn(),
                frame.type(),
                frame.typeCount(),
                frame.totalCount(),
                frame.pinned(),
                wire(frame.granted().name()),
                frame.backing());
    }

    static String wire(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
