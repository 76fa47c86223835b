package dev.xenolith.engine;

import java.util.List;

/**
 * @param frames machine frames in all; each 4 KiB
 * @param backedFrames frames that take real host memory
 * @param degraded why the host no longer trusts itself, empty when healthy
 */
public record HostSnapshot(
        long frames,
        long freeFrames,
        long offlinedFrames,
        long backedFrames,
        int pcpus,
        int domains,
        long uptimeNanos,
        List<String> capabilities,
        String xenVersion,
        List<String> degraded) {}
