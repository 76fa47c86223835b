package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What a server finds of the one before it, and says: domains that no longer run, files without a row, rows without a
 * file.
 */
@Component
class StartupSweep {

    private static final Logger log = LoggerFactory.getLogger(StartupSweep.class);

    /** How the detail begins of damage that this sweep sees; what a verify found, it does not take back. */
    private static final String FILE_FAULT = "its image ";

    private final DataDirectory directory;
    private final DomainStore domains;
    private final BootImageStore bootImages;
    private final CheckpointStore checkpointStore;
    private final Checkpoints checkpoints;
    private final CheckpointFiles files;
    private final Transitions transitions;
    private final Operations operations;

    StartupSweep(
            DataDirectory directory,
            DomainStore domains,
            BootImageStore bootImages,
            CheckpointStore checkpointStore,
            Checkpoints checkpoints,
            CheckpointFiles files,
            Transitions transitions,
            Operations operations) {
        this.directory = directory;
        this.domains = domains;
        this.bootImages = bootImages;
        this.checkpointStore = checkpointStore;
        this.checkpoints = checkpoints;
        this.files = files;
        this.transitions = transitions;
        this.operations = operations;
    }

    void run() {
        operations.closeUnfinished();
        closeDomains();
        sweepBootImages();
        sweepCheckpointFiles();
        checkCheckpoints();
    }

    private void closeDomains() {
        boolean orderly = directory.takeOrderlyStop();
        List<DomainDefinition> ended = domains.notShutOff();
        if (ended.isEmpty()) {
            return;
        }
        String names =
                String.join(", ", ended.stream().map(DomainDefinition::name).toList());
        if (orderly) {
            log.info("ended when the server was stopped: {}", names);
        } else {
            log.warn("the server before this one was killed; lost with it: {}", names);
        }
        StateReason reason = orderly ? StateReason.SERVER_STOPPED : StateReason.SERVER_LOST;
        for (DomainDefinition domain : ended) {
            transitions.record(domain, LifecycleState.SHUTOFF, reason, null, null);
        }
    }

    private void sweepBootImages() {
        try (Stream<Path> all = Files.list(directory.bootImages())) {
            for (Path file : all.toList()) {
                boolean known = Names.asId(String.valueOf(file.getFileName()))
                        .flatMap(bootImages::byId)
                        .isPresent();
                if (!known) {
                    remove(file, "boot image");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sweepCheckpointFiles() {
        for (Path file : files.all()) {
            String name = String.valueOf(file.getFileName());
            boolean known = Names.asId(name.substring(0, Math.min(36, name.length())))
                    .filter(id -> files.isOf(id, file))
                    .flatMap(checkpointStore::byId)
                    .isPresent();
            if (!known) {
                remove(file, "checkpoint");
            }
        }
    }

    private static void remove(Path file, String kind) {
        try {
            long size = Files.size(file);
            Files.delete(file);
            log.warn("removed {} ({} bytes): no {} was ever recorded with it", file, size, kind);
        } catch (IOException e) {
            log.error("cannot remove {}", file, e);
        }
    }

    /** Never dropped silently: a checkpoint whose image is missing or of another size stays, as damaged. */
    private void checkCheckpoints() {
        Cursor after = null;
        while (true) {
            List<Checkpoint> batch = checkpointStore.after(after, 200);
            batch.forEach(this::check);
            if (batch.size() < 200) {
                return;
            }
            after = new Cursor(batch.getLast().createdAt(), batch.getLast().id());
        }
    }

    private void check(Checkpoint checkpoint) {
        String fault = fault(checkpoint);
        String known = checkpoint.stateDetail();
        if (!fault.isEmpty()) {
            checkpoints.markDamaged(checkpoint.id(), fault);
        } else if (known != null && known.startsWith(FILE_FAULT)) {
            checkpoints.markAvailable(checkpoint.id());
        }
    }

    private String fault(Checkpoint checkpoint) {
        Path file = files.path(checkpoint.id());
        try {
            if (!Files.exists(file)) {
                return FILE_FAULT + "is missing";
            }
            long size = Files.size(file);
            return size == checkpoint.sizeBytes()
                    ? ""
                    : FILE_FAULT + "is of another size: expected " + checkpoint.sizeBytes() + " bytes, got " + size;
        } catch (IOException e) {
            return FILE_FAULT + "cannot be read: " + e.getMessage();
        }
    }
}
