package dev.xenolith.engine;

import org.jspecify.annotations.Nullable;

/**
 * @param type none, l1, l2, l3, l4, segdesc or writable
 * @param granted by the grant table of the domain that has it
 * @param backing zero, ram, shared or image: what holds the frame's bytes
 */
public record FrameSnapshot(
        long mfn,
        FrameState state,
        @Nullable Integer domid,
        @Nullable Long pfn,
        String type,
        int typeCount,
        int totalCount,
        boolean pinned,
        FrameGrant granted,
        String backing) {}
