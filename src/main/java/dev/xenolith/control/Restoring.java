package dev.xenolith.control;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.RestoreSpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Makes a running domain of a checkpoint: of a definition that is shut off, or of a new one. The guest goes on at the
 * next instruction and does not know.
 */
@Service
public class Restoring {

    private final Seats seats;
    private final DomainStore domains;
    private final Domains definitions;
    private final NameReservations names;
    private final Checkpoints checkpoints;
    private final CheckpointFiles files;
    private final BootImages bootImages;
    private final ConsoleLogs consoles;
    private final Hypervisor hypervisor;
    private final Operations operations;
    private final Transitions transitions;

    Restoring(
            Seats seats,
            DomainStore domains,
            Domains definitions,
            NameReservations names,
            Checkpoints checkpoints,
            CheckpointFiles files,
            BootImages bootImages,
            ConsoleLogs consoles,
            Hypervisor hypervisor,
            Operations operations,
            Transitions transitions) {
        this.seats = seats;
        this.domains = domains;
        this.definitions = definitions;
        this.names = names;
        this.checkpoints = checkpoints;
        this.files = files;
        this.bootImages = bootImages;
        this.consoles = consoles;
        this.hypervisor = hypervisor;
        this.operations = operations;
        this.transitions = transitions;
    }

    /**
     * @param domain the shut-off definition to restore into; null for a new one
     * @param name the new one's; null for the saved name
     * @param keepTime whether no time has passed for the guest since the save
     */
    public record Wish(@Nullable String domain, @Nullable String name, boolean paused, boolean keepTime) {}

    public Operation restore(String checkpointReference, Wish wish) {
        Checkpoint checkpoint = checkpoints.get(checkpointReference);
        Checkpoints.requireComplete(checkpoint);
        if (wish.domain() != null && wish.name() != null) {
            throw ProblemException.field("/name", "expected either domain or name, got both");
        }
        String domain = wish.domain();
        return domain != null ? intoExisting(checkpoint, domain, wish) : intoNew(checkpoint, wish);
    }

    private Operation intoExisting(Checkpoint checkpoint, String reference, Wish wish) {
        return seats.act(
                reference,
                Action.RESTORE,
                (seat, domain) -> submit(checkpoint, seat, shaped(domain, checkpoint), wish, domains::update, () -> {}),
                unchanged -> {
                    throw new IllegalStateException("a restore always does something");
                });
    }

    private Operation intoNew(Checkpoint checkpoint, Wish wish) {
        String wantedName = wish.name();
        definitions.checkCount();
        if (wantedName != null) {
            Domains.checkName("/name", wantedName);
        }
        NameReservations.Reservation name = names.reserve(
                wantedName == null ? savedName(checkpoint) : wantedName,
                "give domain to restore into it, or another name");
        boolean submitted = false;
        Seat seat = seats.of(UUID.randomUUID());
        seat.lock.lock();
        try {
            DomainDefinition domain = define(seat.domainId, name.name(), checkpoint);
            Operation operation = submit(checkpoint, seat, domain, wish, domains::insert, () -> {
                name.close();
                forgetUnlessDefined(seat);
            });
            submitted = true;
            return operation;
        } finally {
            seat.lock.unlock();
            if (!submitted) {
                name.close();
                seats.forget(seat.domainId);
            }
        }
    }

    /** A bare stream does not know its domain's name, and Xen allows more in one than we do. */
    private static String savedName(Checkpoint checkpoint) {
        String saved = checkpoint.domain().name();
        String fitted = saved == null ? "" : Names.fitted(saved);
        return fitted.isEmpty() ? checkpoint.name() : fitted;
    }

    private void forgetUnlessDefined(Seat seat) {
        if (domains.byId(seat.domainId).isEmpty()) {
            seats.forget(seat.domainId);
            consoles.forget(seat.domainId);
        }
    }

    private DomainDefinition define(UUID id, String name, Checkpoint checkpoint) {
        DomainDefinition empty = new DomainDefinition(
                id,
                name,
                checkpoint.domain().memoryMib(),
                checkpoint.domain().vcpus(),
                null,
                null,
                "",
                checkpoint.domain().clockOrReal(),
                checkpoint.domain().labels(),
                Times.now(),
                LifecycleState.SHUTOFF,
                StateReason.CREATED,
                null,
                Times.now(),
                null);
        return shaped(empty, checkpoint);
    }

    private DomainDefinition shaped(DomainDefinition domain, Checkpoint checkpoint) {
        Checkpoint.Origin origin = checkpoint.domain();
        return domain.shaped(
                origin.memoryMib(),
                origin.vcpus(),
                bootImage(origin.kernelSha256()),
                bootImage(origin.ramdiskSha256()),
                origin.commandLine(),
                origin.clockOrReal());
    }

    private @Nullable UUID bootImage(@Nullable String sha256) {
        return sha256 == null
                ? null
                : bootImages.bySha256(sha256).map(BootImage::id).orElse(null);
    }

    /** How the definition gets into the store once the domain exists. */
    @FunctionalInterface
    private interface Recording {
        void accept(DomainDefinition domain);
    }

    private Operation submit(
            Checkpoint checkpoint, Seat seat, DomainDefinition domain, Wish wish, Recording recording, Runnable atEnd) {
        return operations.submit(
                OperationKind.RESTORE,
                new Operation.Target("checkpoint", checkpoint.id(), checkpoint.name()),
                List.of(seat),
                (operation, journal) -> run(checkpoint, seat, domain, wish, recording, operation, journal),
                atEnd);
    }

    private Operation.Result run(
            Checkpoint checkpoint,
            Seat seat,
            DomainDefinition domain,
            Wish wish,
            Recording recording,
            RunningOperation operation,
            Journal journal) {
        operation.phase("open");
        CheckpointFiles.Lease lease = files.lease(checkpoint.id());
        journal.done("open", lease.release());
        operation.phase("restore");
        Domain engine = hypervisor.restore(new RestoreSpec(
                        lease.channel(),
                        domain.id(),
                        domain.name(),
                        domain.clock().spec(),
                        consoles.of(domain.id()),
                        operation)
                .withVcpus(domain.vcpus())
                .withChecksums(files.checksums(checkpoint.id()))
                .withVoucher(files.voucher(checkpoint))
                .withKeepTime(wish.keepTime()));
        journal.done("restore", engine::destroy);
        operation.passPointOfNoReturn();
        seat.lock.lock();
        try {
            operation.phase("record");
            Optional<DomainDefinition> before = domains.byId(domain.id());
            DomainDefinition restored = current(domain)
                    .inState(
                            wish.paused() ? LifecycleState.PAUSED : LifecycleState.RUNNING,
                            StateReason.RESTORED,
                            null,
                            engine.domid());
            record(recording, restored);
            journal.done("record", () -> erase(domain, before));
            // Before it runs: what the guest does then finds the domain by its seat.
            seat.seat(new LiveDomain(engine, lease.release()));
            journal.done("seat", seat::vacate);
            if (!wish.paused()) {
                engine.unpause();
            }
            journal.commit();
            transitions.announce(restored);
            return Operation.Result.of("domain", restored.id(), restored.name());
        } finally {
            seat.lock.unlock();
        }
    }

    private void erase(DomainDefinition domain, Optional<DomainDefinition> before) {
        before.ifPresentOrElse(domains::update, () -> domains.delete(domain.id()));
    }

    /** Name and labels may have been changed while the restore ran. */
    private DomainDefinition current(DomainDefinition domain) {
        return domains.byId(domain.id())
                .map(now -> domain.named(now.name(), now.labels()))
                .orElse(domain);
    }

    private static void record(Recording recording, DomainDefinition domain) {
        try {
            recording.accept(domain);
        } catch (NameTakenException e) {
            throw ProblemException.nameTaken("domain", domain.name(), "give another name");
        }
    }
}
