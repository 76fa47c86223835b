package dev.xenolith.engine.host;

import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.P2mFrames;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.StreamVerifier;
import dev.xenolith.engine.stream.VcpuRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** An image in Xen's format, opened for a test: its records by name, its pages by pfn. */
final class XenImageFile {

    private record Page(PageType type, long offset) {}

    private final Path path;
    private final List<String> records = new ArrayList<>();
    private final Map<String, RecordEntry> lastByName = new TreeMap<>();
    private final List<Long> pfns = new ArrayList<>();
    private final Map<Long, Page> pages = new TreeMap<>();
    private final P2mFrames p2mFrames;

    XenImageFile(Path path) throws IOException {
        this.path = path;
        try (FileChannel channel = FileChannel.open(path)) {
            ImageBytes image = ImageBytes.of(channel);
            StreamRecords walk = new StreamRecords(image);
            for (RecordEntry record = walk.next(); record != null; record = walk.next()) {
                if (!record.isHeader()) {
                    records.add(record.name());
                    lastByName.put(record.name(), record);
                }
                if (record.name().equals(PageData.NAME)) {
                    PageData.read(image, record, (pfn, type, offset) -> {
                        pfns.add(pfn);
                        pages.put(pfn, new Page(type, offset));
                    });
                }
            }
            p2mFrames = P2mFrames.decode(image, record(P2mFrames.NAME));
        }
    }

    /** Their names in order; a run of the same one counts once. */
    List<String> records() {
        List<String> runs = new ArrayList<>();
        for (String name : records) {
            if (runs.isEmpty() || !runs.getLast().equals(name) || name.equals("END")) {
                runs.add(name);
            }
        }
        return runs;
    }

    List<Long> pfns() {
        return pfns;
    }

    P2mFrames p2mFrames() {
        return p2mFrames;
    }

    PageType type(long pfn) {
        return Objects.requireNonNull(pages.get(pfn)).type();
    }

    ByteBuffer page(long pfn) throws IOException {
        return read(Objects.requireNonNull(pages.get(pfn)).offset(), 4096);
    }

    ByteBuffer body(String name) throws IOException {
        return read(record(name).bodyOffset(), (int) record(name).length());
    }

    /** The context in a vcpu's record. */
    ByteBuffer vcpu(String name) throws IOException {
        ByteBuffer body = body(name);
        return body.position(VcpuRecord.HEADER_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    List<ImageFinding> findings() throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            return StreamVerifier.verify(ImageBytes.of(channel));
        }
    }

    private RecordEntry record(String name) {
        return Objects.requireNonNull(lastByName.get(name), name);
    }

    private ByteBuffer read(long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
            return bytes.flip();
        }
    }
}
