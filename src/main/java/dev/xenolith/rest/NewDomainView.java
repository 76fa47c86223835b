package dev.xenolith.rest;

import dev.xenolith.control.NewDomain;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a caller sends for a new domain; everything may be left out. */
@Schema(name = "NewDomain")
record NewDomainView(
        @Schema(description = "Unique; made up where left out", example = "web-1", pattern = "[a-z][a-z0-9-]{0,62}")
        @Nullable
        String name,

        @Schema(minimum = "2", defaultValue = "16") @Nullable
        Integer memoryMib,

        @Schema(minimum = "1", defaultValue = "1") @Nullable Integer vcpus,

        @Schema(description = "Id or name of a boot image", defaultValue = "pebble") @Nullable
        String kernel,

        @Schema(description = "Id or name of a boot image") @Nullable
        String ramdisk,

        @Schema(maxLength = 1023, defaultValue = "") @Nullable
        String commandLine,

        @Schema(description = "The host's clock where left out") @Nullable
        ClockView clock,

        @Schema(description = "Wait at the first instruction", defaultValue = "false") @Nullable
        Boolean paused,

        @Nullable Map<String, @Nullable String> labels) {

    static final NewDomainView EMPTY = new NewDomainView(null, null, null, null, null, null, null, null, null);

    NewDomain toNewDomain() {
        return new NewDomain(
                name,
                memoryMib,
                vcpus,
                kernel,
                ramdisk,
                commandLine,
                clock == null ? null : clock.toClock(),
                paused,
                labels);
    }
}
