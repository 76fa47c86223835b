package dev.xenolith.control;

import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Takes an image from elsewhere: a file of {@code xl save}, a bare libxl or libxc stream, or an image of ours.
 *
 * <pre>
 *   step      does                                            undo
 *   receive   the bytes under a temporary name                delete it
 *   read      all of it: what it says, and whether it is sound
 *   keep      force, rename, force the folder; checksums beside it    delete both
 *   record    the row: from here on it exists
 * </pre>
 */
@Service
public class CheckpointImport {

    private static final int PAGES_PER_MIB = 256;

    private final CheckpointStore store;
    private final CheckpointFiles files;
    private final Hypervisor hypervisor;
    private final EventLog events;
    private final BodyTransfer transfer;

    CheckpointImport(
            CheckpointStore store,
            CheckpointFiles files,
            DataDirectory directory,
            Hypervisor hypervisor,
            EventLog events,
            XenolithProperties properties) {
        this.store = store;
        this.files = files;
        this.hypervisor = hypervisor;
        this.events = events;
        this.transfer = new BodyTransfer(
                directory,
                "checkpoint image",
                "checkpoint-mib",
                properties.limits().checkpointMib());
    }

    /**
     * @param name null for one made up from the saved domain's
     * @param announcedBytes what the caller says is coming; -1 where unknown
     */
    public Checkpoint take(@Nullable String name, long announcedBytes, InputStream body) throws IOException {
        if (name != null) {
            if (!Names.isGood(name)) {
                throw ProblemException.parameter(
                        "name", "expected a name like " + Names.NAME_PATTERN + " and not like an id, got " + name);
            }
            if (store.byName(name).isPresent()) {
                throw taken(name);
            }
        }
        transfer.announce(announcedBytes);
        UUID id = UUID.randomUUID();
        Checkpoint checkpoint;
        byte[] checksums;
        try (DurableFile file = files.receive(id)) {
            transfer.receive(body, file);
            checkpoint = describe(id, name, file, look(file));
            checksums = checksums(file);
            file.commit();
        }
        Journal.orUndo("keep", () -> files.delete(id), () -> {
            files.keepChecksums(id, checksums);
            return record(checkpoint);
        });
        events.append(
                "checkpoint.imported", "checkpoint", id, checkpoint.name(), Map.of("sha256", checkpoint.sha256()));
        return checkpoint;
    }

    private Checkpoint record(Checkpoint checkpoint) {
        try {
            store.save(checkpoint);
            return checkpoint;
        } catch (NameTakenException e) {
            throw taken(checkpoint.name());
        }
    }

    /** An image that is sound and needs more than this host has is kept: another may have it. */
    private ImageInfo look(DurableFile file) throws IOException {
        try (FileChannel image = file.reader()) {
            ImageInfo info = hypervisor.images().inspect(image);
            hypervisor.images().verify(image, Progress.none()).stream()
                    .filter(finding -> finding.kind() == ImageFinding.Kind.CORRUPT)
                    .findFirst()
                    .ifPresent(CheckpointImport::refuse);
            return info;
        }
    }

    /** Nobody vouches for an image of Xen's but whoever took it in: what it was then it must be when it is restored. */
    private byte[] checksums(DurableFile file) throws IOException {
        try (FileChannel image = file.reader()) {
            return hypervisor.images().checksums(image, Progress.none());
        }
    }

    private static void refuse(ImageFinding damage) {
        throw new ImageCorruptException(damage.record(), damage.offset(), damage.expected(), damage.got());
    }

    private static Checkpoint describe(UUID id, @Nullable String name, DurableFile file, ImageInfo info) {
        XlConfiguration configuration = XlConfiguration.parse(info.configuration());
        Checkpoint.Origin origin = origin(configuration, info);
        return new Checkpoint(
                id,
                name == null ? Names.derived(origin.name(), id) : name,
                origin,
                Checkpoint.Kind.IMPORTED,
                info.mode(),
                info.format(),
                info.container(),
                Checkpoint.State.AVAILABLE,
                null,
                file.size(),
                file.sha256(),
                info.pagesByKind(),
                null,
                null,
                info.guest(),
                new TreeMap<>(),
                Times.now());
    }

    private static Checkpoint.Origin origin(XlConfiguration configuration, ImageInfo info) {
        Integer mib = configuration.memoryMib();
        Integer vcpus = configuration.vcpus();
        String commandLine = configuration.commandLine();
        return new Checkpoint.Origin(
                configuration.uuid(),
                configuration.name(),
                mib == null ? (int) ((info.pages() + PAGES_PER_MIB - 1) / PAGES_PER_MIB) : mib,
                vcpus == null ? Math.max(1, info.vcpus()) : vcpus,
                commandLine == null ? "" : commandLine,
                configuration.kernelSha256(),
                configuration.ramdiskSha256(),
                configuration.clock(),
                Map.of());
    }

    private static ProblemException taken(String name) {
        return ProblemException.nameTaken("checkpoint", name, "give another name or delete it first");
    }
}
