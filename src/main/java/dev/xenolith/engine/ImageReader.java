package dev.xenolith.engine;

import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/** Reads checkpoint images of either flavour without making a domain. Closes no channel. */
public interface ImageReader {

    /**
     * What an image says of itself.
     *
     * @throws ImageCorruptException for one that breaks the format's rules
     */
    ImageInfo inspect(FileChannel image);

    /** Lists records, also of an image that is damaged: the last one then says where its order is lost. */
    ImageRecordsPage records(FileChannel image, ImageRecordQuery query);

    /**
     * An entry of the domain context as a tree of maps, lists, texts, numbers of at most 32 bits, booleans and nulls;
     * numbers of 64 bits and bytes are hexadecimal text. Empty for every other record.
     */
    Optional<Object> contents(FileChannel image, ImageRecord record);

    /** Reads all of an image and says what is wrong with it: nothing, if it is sound. */
    List<ImageFinding> verify(FileChannel image, Progress progress);

    /**
     * Checksums of an image in Xen's format, for {@link RestoreSpec#checksums}: of each page, and of all else together.
     * Four bytes a page. Empty for an image of ours, which brings its own.
     */
    byte[] checksums(FileChannel image, Progress progress);
}
