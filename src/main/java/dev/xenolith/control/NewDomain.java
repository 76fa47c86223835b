package dev.xenolith.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a caller gives for a new domain; null where the default is wanted. */
public record NewDomain(
        @Nullable String name,
        @Nullable Integer memoryMib,
        @Nullable Integer vcpus,
        @Nullable String kernel,
        @Nullable String ramdisk,
        @Nullable String commandLine,
        @Nullable Clock clock,
        @Nullable Boolean paused,
        @Nullable Map<String, @Nullable String> labels) {

    static final int DEFAULT_MEMORY_MIB = 16;
    static final int DEFAULT_VCPUS = 1;
    static final int SMALLEST_MEMORY_MIB = 2;
    /** {@code MAX_GUEST_CMDLINE} of {@code xen/include/public/xen.h}, with the terminating zero. */
    static final int COMMAND_LINE_MAXIMUM = 1023;
}
