package dev.xenolith.engine;

import java.nio.channels.WritableByteChannel;

/**
 * @param image where the bytes go, in order; not forced and not closed by the engine
 * @param configuration the domain's configuration, opaque to the engine, given back by {@link ImageInfo}
 * @param progress told from time to time; may end the save with {@link CancelledException}
 */
public record SaveSpec(WritableByteChannel image, byte[] configuration, Progress progress) {}
