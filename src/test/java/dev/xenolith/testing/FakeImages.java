package dev.xenolith.testing;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.ImageReader;
import dev.xenolith.engine.ImageRecord;
import dev.xenolith.engine.ImageRecordQuery;
import dev.xenolith.engine.ImageRecordsPage;
import dev.xenolith.engine.Progress;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images of {@link FakeHypervisor}: three words, each a record. */
final class FakeImages implements ImageReader {

    /** Of any image. */
    private static final byte[] CHECKSUMS = {1, 2, 3, 4};

    private static final List<String> NAMES = List.of("PAGES", "VCPUS", "COUNT");

    @Override
    public ImageInfo inspect(FileChannel image) {
        String[] words = FakeHypervisor.read(image).split(" ", -1);
        return new ImageInfo(
                "xenolith",
                "transparent",
                "xl",
                Long.parseLong(words[0]),
                Map.of(),
                Integer.parseInt(words[1]),
                new byte[0],
                Map.of());
    }

    @Override
    public ImageRecordsPage records(FileChannel image, ImageRecordQuery query) {
        String[] words = FakeHypervisor.read(image).split(" ", -1);
        List<ImageRecord> records = new ArrayList<>();
        for (int i = (int) query.fromPosition(); i < NAMES.size(); i++) {
            if (records.size() == query.limit()) {
                return new ImageRecordsPage(records, (long) i);
            }
            if (query.name() == null || query.name().equals(NAMES.get(i))) {
                records.add(new ImageRecord(i, "context", NAMES.get(i), i, null, i * 10L, words[i].length(), words[i]));
            }
        }
        return new ImageRecordsPage(records, null);
    }

    @Override
    public Optional<Object> contents(FileChannel image, ImageRecord record) {
        return Optional.of(Map.of("value", record.meaning()));
    }

    @Override
    public List<ImageFinding> verify(FileChannel image, Progress progress) {
        progress.report("pages", 0, 1, "pages");
        try {
            FakeHypervisor.read(image);
            return List.of();
        } catch (ImageCorruptException e) {
            return List.of(ImageFinding.of(e));
        }
    }

    @Override
    public byte[] checksums(FileChannel image, Progress progress) {
        return CHECKSUMS.clone();
    }
}
