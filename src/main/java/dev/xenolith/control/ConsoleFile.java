package dev.xenolith.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A console log on disk: segments named after the number of their first byte, the oldest deleted when the others hold
 * enough. Appending is the only write, so a kill loses what was not written yet and nothing else.
 *
 * <pre>
 *   ID.0   ID.524288   ID.1048576   ◄── appended to
 * </pre>
 */
final class ConsoleFile {

    private static final int SEGMENT_BYTES = ConsoleLog.CAPACITY / 2;
    private static final int SEGMENTS = 3;

    private final Path folder;
    private final UUID domain;
    private long written;

    ConsoleFile(Path folder, UUID domain) {
        this.folder = folder;
        this.domain = domain;
    }

    /** Reads what a server before this one kept. */
    ConsoleLog load() {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        long first = 0;
        for (Path segment : segments()) {
            if (start(segment) != first + kept.size()) {
                kept.reset();
                first = start(segment);
            }
            kept.writeBytes(read(segment));
        }
        written = first + kept.size();
        return new ConsoleLog(first, kept.toByteArray());
    }

    /** Writes what was printed since the last time. */
    void save(ConsoleLog log) {
        ConsoleLog.Excerpt fresh = log.read(written);
        if (fresh.bytes().length == 0) {
            return;
        }
        try {
            List<Path> segments = segments();
            boolean gap = fresh.from() != written;
            boolean full = segments.isEmpty() || written - start(segments.getLast()) >= SEGMENT_BYTES;
            Path segment = gap || full ? segment(fresh.from()) : segments.getLast();
            Files.write(segment, fresh.bytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            written = fresh.next();
            forgetOld();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        segments().forEach(ConsoleFile::deleteSegment);
    }

    private void forgetOld() {
        List<Path> segments = segments();
        segments.subList(0, Math.max(0, segments.size() - SEGMENTS)).forEach(ConsoleFile::deleteSegment);
    }

    private List<Path> segments() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(domain + "."))
                    .sorted(Comparator.comparingLong(ConsoleFile::start))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path segment(long start) {
        return folder.resolve(domain + "." + start);
    }

    private static long start(Path segment) {
        String name = String.valueOf(segment.getFileName());
        return Long.parseLong(name, name.lastIndexOf('.') + 1, name.length(), 10);
    }

    private static byte[] read(Path segment) {
        try {
            return Files.readAllBytes(segment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteSegment(Path segment) {
        try {
            Files.deleteIfExists(segment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
