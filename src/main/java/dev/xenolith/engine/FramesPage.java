package dev.xenolith.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of frames; {@code nextMfn} continues the list and is null at its end. */
public record FramesPage(
        List<FrameSnapshot> frames, @Nullable Long nextMfn) {}
