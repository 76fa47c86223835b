package dev.xenolith.control;

import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.MemorySnapshot;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Stores a domain.
 *
 * <pre>
 *   step      does                                     undo
 *   pause     every vcpu and backend stands still,      go on, if it ran
 *             or the guest suspends itself
 *   write     the image under a temporary name         delete it
 *   keep      force, rename, force the folder; the     delete both
 *             voucher beside it
 *   record    the row: from here on it exists          delete the row
 *   stop      the domain's row, then its end, if asked  none: from here on it is done
 * </pre>
 *
 * Then, when the domain waits for nothing any more, checksums beside an image that has none in it. The checkpoint is whole
 * without them: a restore that finds none compares nothing.
 */
@Service
public class CheckpointTaking {

    private static final Logger log = LoggerFactory.getLogger(CheckpointTaking.class);
    private static final long PAGE_BYTES = 4096;
    private static final long IMAGE_OVERHEAD_BYTES = 4 << 20;
    private static final String CONTAINER = "xl";

    private final Hypervisor hypervisor;
    private final Seats seats;
    private final DomainStore domains;
    private final BootImageStore bootImages;
    private final CheckpointStore store;
    private final CheckpointFiles files;
    private final DataDirectory directory;
    private final Operations operations;
    private final Transitions transitions;
    private final EventLog events;

    CheckpointTaking(
            Hypervisor hypervisor,
            Seats seats,
            DomainStore domains,
            BootImageStore bootImages,
            CheckpointStore store,
            CheckpointFiles files,
            DataDirectory directory,
            Operations operations,
            Transitions transitions,
            EventLog events) {
        this.hypervisor = hypervisor;
        this.seats = seats;
        this.domains = domains;
        this.bootImages = bootImages;
        this.store = store;
        this.files = files;
        this.directory = directory;
        this.operations = operations;
        this.transitions = transitions;
        this.events = events;
    }

    /**
     * @param name null for a made-up one
     * @param stop whether the domain ends once it is stored
     * @param timeoutSeconds how long a guest that is asked to suspend may take; null for the default
     */
    public record Wish(
            @Nullable String name,
            CheckpointMode mode,
            boolean stop,
            @Nullable Integer timeoutSeconds) {

        Action action() {
            return switch (mode) {
                case TRANSPARENT -> stop ? Action.CHECKPOINT_STOP : Action.CHECKPOINT;
                case COOPERATIVE -> stop ? Action.CHECKPOINT_COOPERATIVE_STOP : Action.CHECKPOINT_COOPERATIVE;
            };
        }
    }

    public Operation take(String reference, Wish wish) {
        if (wish.name() != null) {
            Domains.checkName("/name", wish.name());
        }
        long timeout = GuestRequests.timeoutNanos(wish.timeoutSeconds());
        return seats.act(reference, wish.action(), (seat, domain) -> submit(seat, domain, wish, timeout), unchanged -> {
            throw new IllegalStateException("a checkpoint always does something");
        });
    }

    private Operation submit(Seat seat, DomainDefinition domain, Wish wish, long timeout) {
        UUID id = UUID.randomUUID();
        String wantedName = wish.name();
        String name = wantedName == null ? Names.derived(domain.name(), id) : wantedName;
        if (store.byName(name).isPresent()) {
            throw ProblemException.nameTaken("checkpoint", name, "give another name or delete it first");
        }
        Standstill standstill = new Standstill(seat, domain, wish.mode(), timeout);
        MemorySnapshot memory = Lifecycle.requireLive(seat).engine().memory();
        directory.checkSpace(memory.pages() * PAGE_BYTES + IMAGE_OVERHEAD_BYTES);
        return operations.submit(
                OperationKind.CHECKPOINT,
                new Operation.Target("domain", domain.id(), domain.name()),
                List.of(seat),
                (operation, journal) ->
                        new Taking(seat, domain, standstill, id, name, wish.stop(), operation, journal).run(),
                () -> {});
    }

    /** One checkpoint on its way. */
    private final class Taking {

        private final Seat seat;
        private final DomainDefinition domain;
        private final Standstill standstill;
        private final UUID id;
        private final String name;
        private final boolean stop;
        private final RunningOperation operation;
        private final Journal journal;

        Taking(
                Seat seat,
                DomainDefinition domain,
                Standstill standstill,
                UUID id,
                String name,
                boolean stop,
                RunningOperation operation,
                Journal journal) {
            this.seat = seat;
            this.domain = domain;
            this.standstill = standstill;
            this.id = id;
            this.name = name;
            this.stop = stop;
            this.operation = operation;
            this.journal = journal;
        }

        Operation.Result run() throws InterruptedException {
            try {
                Checkpoint checkpoint = steps();
                events.append(
                        "checkpoint.created",
                        "checkpoint",
                        id,
                        name,
                        Map.of("domain", domain.id().toString()));
                return new Operation.Result("checkpoint", checkpoint.id(), checkpoint.name(), standstill.report());
            } catch (RuntimeException e) {
                if (!journal.undo()) {
                    change(standstill.actual(), StateReason.UNDO_FAILED, "a checkpoint failed, and so did its undo");
                }
                throw e;
            }
        }

        private Checkpoint steps() throws InterruptedException {
            standstill.begin(operation, journal);
            operation.phase("write");
            long writeAt = System.nanoTime();
            SaveResult saved = write();
            operation.phase("keep");
            Checkpoint checkpoint = describe(saved, writeAt);
            operation.passPointOfNoReturn();
            store.save(checkpoint);
            journal.done("record", () -> store.delete(id));
            operation.phase(stop ? "stop" : "continue");
            goOn();
            journal.commit();
            keepChecksums();
            return checkpoint;
        }

        private void keepChecksums() {
            operation.phase("checksums");
            try (FileChannel image = FileChannel.open(files.path(id))) {
                files.keepChecksums(id, hypervisor.images().checksums(image, operation));
            } catch (IOException | RuntimeException e) {
                log.warn("checkpoint {} goes without checksums beside its image", name, e);
            }
        }

        private SaveResult write() {
            try (DurableFile file = files.create(id, (long) domain.memoryMib() << 20)) {
                SaveResult saved = standstill.save(
                        new SaveSpec(file, XlConfiguration.of(origin()).toJson(), operation));
                operation.phase("force");
                file.commit();
                journal.done("keep", () -> files.delete(id));
                files.keepVoucher(id, saved.voucher());
                return saved;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Checkpoint describe(SaveResult saved, long writeAt) {
            long now = System.nanoTime();
            return new Checkpoint(
                    id,
                    name,
                    origin(),
                    Checkpoint.Kind.TAKEN,
                    standstill.mode().wire(),
                    standstill.mode().format(),
                    CONTAINER,
                    Checkpoint.State.AVAILABLE,
                    null,
                    saved.sizeBytes(),
                    saved.sha256(),
                    saved.pagesByKind(),
                    new Checkpoint.Timings(
                            standstill.suspendMicros(), (now - standstill.since()) / 1000, (now - writeAt) / 1000),
                    saved.digest().isEmpty() ? null : saved.digest(),
                    saved.guest(),
                    new TreeMap<>(),
                    Times.now());
        }

        private Checkpoint.Origin origin() {
            return new Checkpoint.Origin(
                    domain.id(),
                    domain.name(),
                    domain.memoryMib(),
                    domain.vcpus(),
                    domain.commandLine(),
                    sha256(domain.kernelId()),
                    sha256(domain.ramdiskId()),
                    domain.clock(),
                    domain.labels());
        }

        private @Nullable String sha256(@Nullable UUID bootImage) {
            return bootImage == null
                    ? null
                    : bootImages.byId(bootImage).map(BootImage::sha256).orElse(null);
        }

        private void goOn() {
            if (stop) {
                change(LifecycleState.SHUTOFF, StateReason.SAVED, null);
                journal.commit();
                end();
            } else {
                standstill.end();
            }
        }

        /** The domain is stored and recorded as shut off: a fault from here on is the engine's, and changes neither. */
        private void end() {
            seat.lock.lock();
            try {
                seat.endLive();
            } catch (RuntimeException e) {
                log.error("cannot end domain {} (domid {}) after its checkpoint", domain.name(), domain.domid(), e);
                seat.seat(null);
            } finally {
                seat.lock.unlock();
            }
        }

        private void change(LifecycleState state, StateReason reason, @Nullable String detail) {
            seat.lock.lock();
            try {
                DomainDefinition current = domains.byId(domain.id()).orElse(domain);
                transitions.record(
                        current, state, reason, detail, state == LifecycleState.SHUTOFF ? null : current.domid());
            } finally {
                seat.lock.unlock();
            }
        }
    }
}
