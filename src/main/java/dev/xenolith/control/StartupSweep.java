package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    private final DataDirectory directory;
    private final DomainStore domains;
    private final BootImageStore bootImages;
    private final CheckpointStore checkpoints;
    private final CheckpointFiles files;
    private final Transitions transitions;
    private final Operations operations;
    private final EventLog events;

    StartupSweep(
            DataDirectory directory,
            DomainStore domains,
            BootImageStore bootImages,
            CheckpointStore checkpoints,
            CheckpointFiles files,
            Transitions transitions,
            Operations operations,
            EventLog events) {
        this.directory = directory;
        this.domains = domains;
        this.bootImages = bootImages;
        this.checkpoints = checkpoints;
        this.files = files;
        this.transitions = transitions;
        this.operations = operations;
        this.events = events;
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
                    .filter(id -> files.path(id).equals(file))
                    .flatMap(checkpoints::byId)
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
            List<Checkpoint> batch = checkpoints.after(after, 200);
            batch.forEach(this::check);
            if (batch.size() < 200) {
                return;
            }
            after = new Cursor(batch.getLast().createdAt(), batch.getLast().id());
        }
    }

    private void check(Checkpoint checkpoint) {
        String fault = fault(checkpoint);
        if (fault.isEmpty() == (checkpoint.state() == Checkpoint.State.AVAILABLE)) {
            return;
        }
        if (fault.isEmpty()) {
            log.info("checkpoint {} is whole again", checkpoint.name());
            checkpoints.save(checkpoint.inState(Checkpoint.State.AVAILABLE, null));
            return;
        }
        log.error("checkpoint {} is damaged: {}", checkpoint.name(), fault);
        checkpoints.save(checkpoint.inState(Checkpoint.State.DAMAGED, fault));
        events.append("checkpoint.damaged", "checkpoint", checkpoint.id(), checkpoint.name(), Map.of("detail", fault));
    }

    private String fault(Checkpoint checkpoint) {
        Path file = files.path(checkpoint.id());
        try {
            if (!Files.exists(file)) {
                return "its image is missing";
            }
            long size = Files.size(file);
            return size == checkpoint.sizeBytes()
                    ? ""
                    : "image size: expected " + checkpoint.sizeBytes() + ", got " + size;
        } catch (IOException e) {
            return "its image cannot be read: " + e.getMessage();
        }
    }
}
