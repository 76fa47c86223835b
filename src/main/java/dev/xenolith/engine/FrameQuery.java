package dev.xenolith.engine;

import org.jspecify.annotations.Nullable;

/** Frames from {@code fromMfn} on, at most {@code limit}, of one state or one owner where given. */
public record FrameQuery(
        long fromMfn,
        int limit,
        @Nullable FrameState state,
        @Nullable Integer domid) {}
