package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.ImageReader;
import dev.xenolith.engine.ImageRecord;
import dev.xenolith.engine.ImageRecordQuery;
import dev.xenolith.engine.ImageRecordsPage;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.checkpoint.xen.ImageSums;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/** Images of either flavour, read for people. */
public final class CheckpointImages implements ImageReader {

    private final Rehearsal rehearsal;

    public CheckpointImages(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    @Override
    public ImageInfo inspect(FileChannel image) {
        return ImageInspection.inspect(image);
    }

    @Override
    public ImageRecordsPage records(FileChannel image, ImageRecordQuery query) {
        return ImageListing.page(image, query);
    }

    @Override
    public Optional<Object> contents(FileChannel image, ImageRecord record) {
        return ImageListing.contents(image, record.position());
    }

    @Override
    public List<ImageFinding> verify(FileChannel image, Progress progress) {
        return ImageVerification.verify(image, rehearsal, progress);
    }

    @Override
    public byte[] checksums(FileChannel image, Progress progress) {
        return switch (ImageFlavour.of(image)) {
            case TRANSPARENT -> new byte[0];
            case XEN -> ImageSums.compute(image, progress);
        };
    }
}
