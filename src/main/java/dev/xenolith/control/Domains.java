package dev.xenolith.control;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Domain definitions: made, found, listed, relabelled, deleted. What runs is {@link Lifecycle}'s. */
@Service
public class Domains {

    private final DomainStore store;
    private final Seats seats;
    private final NameReservations names;
    private final BootImages bootImages;
    private final Starter starter;
    private final Transitions transitions;
    private final ConsoleLogs consoles;
    private final EventLog events;
    private final XenolithProperties.Limits limits;

    Domains(
            DomainStore store,
            Seats seats,
            NameReservations names,
            BootImages bootImages,
            Starter starter,
            Transitions transitions,
            ConsoleLogs consoles,
            EventLog events,
            XenolithProperties properties) {
        this.store = store;
        this.seats = seats;
        this.names = names;
        this.bootImages = bootImages;
        this.starter = starter;
        this.transitions = transitions;
        this.consoles = consoles;
        this.events = events;
        this.limits = properties.limits();
    }

    /** Defines a domain and boots it; whatever fails leaves nothing behind. */
    public DomainDefinition create(NewDomain wanted) {
        checkCount();
        UUID id = UUID.randomUUID();
        try (NameReservations.Reservation name = reserve(wanted.name())) {
            DomainDefinition domain = define(id, name.name(), wanted);
            Seat seat = seats.of(id);
            seat.lock.lock();
            try {
                return boot(seat, domain, Boolean.TRUE.equals(wanted.paused()));
            } catch (RuntimeException e) {
                seats.forget(id);
                consoles.forget(id);
                throw e;
            } finally {
                seat.lock.unlock();
            }
        }
    }

    void checkCount() {
        long count = store.count();
        if (count >= limits.domains()) {
            throw ProblemException.limit("domains", limits.domains(), count + 1);
        }
    }

    private NameReservations.Reservation reserve(@Nullable String name) {
        if (name == null) {
            return names.reserveMadeUp();
        }
        checkName("/name", name);
        return names.reserve(name, "give another name");
    }

    static void checkName(String pointer, String name) {
        if (!Names.isGood(name)) {
            throw ProblemException.field(
                    pointer, "expected a name like " + Names.NAME_PATTERN + " and not like an id, got " + name);
        }
    }

    private DomainDefinition define(UUID id, String name, NewDomain wanted) {
        int memoryMib = wanted.memoryMib() == null ? NewDomain.DEFAULT_MEMORY_MIB : wanted.memoryMib();
        if (memoryMib < NewDomain.SMALLEST_MEMORY_MIB) {
            throw ProblemException.field(
                    "/memoryMib", "expected at least " + NewDomain.SMALLEST_MEMORY_MIB + ", got " + memoryMib);
        }
        int vcpus = wanted.vcpus() == null ? NewDomain.DEFAULT_VCPUS : wanted.vcpus();
        if (vcpus < 1) {
            throw ProblemException.field("/vcpus", "expected at least 1, got " + vcpus);
        }
        if (vcpus > limits.vcpusPerDomain()) {
            throw ProblemException.limit("vcpus-per-domain", limits.vcpusPerDomain(), vcpus);
        }
        String commandLine = wanted.commandLine() == null ? "" : wanted.commandLine();
        checkCommandLine(commandLine);
        BootImage kernel = bootImage("/kernel", wanted.kernel() == null ? BuiltinKernel.NAME : wanted.kernel());
        @Nullable BootImage ramdisk = wanted.ramdisk() == null ? null : bootImage("/ramdisk", wanted.ramdisk());
        return new DomainDefinition(
                id,
                name,
                memoryMib,
                vcpus,
                kernel.id(),
                ramdisk == null ? null : ramdisk.id(),
                commandLine,
                wanted.clock() == null ? Clock.REAL : wanted.clock(),
                Labels.checked(wanted.labels(), limits.labels()),
                Times.now(),
                LifecycleState.SHUTOFF,
                StateReason.CREATED,
                null,
                Times.now(),
                null);
    }

    private static void checkCommandLine(String commandLine) {
        if (commandLine.length() > NewDomain.COMMAND_LINE_MAXIMUM) {
            throw ProblemException.field(
                    "/commandLine",
                    "expected at most " + NewDomain.COMMAND_LINE_MAXIMUM + " characters, got " + commandLine.length());
        }
        if (!commandLine.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw ProblemException.field("/commandLine", "expected printable ASCII only");
        }
    }

    private BootImage bootImage(String pointer, String reference) {
        return bootImages
                .find(reference)
                .orElseThrow(() ->
                        ProblemException.field(pointer, "expected the id or name of a boot image, got " + reference));
    }

    private DomainDefinition boot(Seat seat, DomainDefinition domain, boolean paused) {
        DomainDefinition booted = starter.boot(
                seat,
                domain,
                StateReason.CREATED,
                paused,
                new Starter.Recording(this::insert, () -> store.delete(domain.id())));
        events.append("domain.created", "domain", domain.id(), domain.name(), Map.of());
        transitions.announce(booted);
        return booted;
    }

    private void insert(DomainDefinition domain) {
        try {
            store.insert(domain);
        } catch (NameTakenException e) {
            throw ProblemException.nameTaken("domain", domain.name(), "give another name");
        }
    }

    public DomainDefinition get(String reference) {
        return seats.resolve(reference);
    }

    public Optional<DomainDefinition> byId(UUID id) {
        return store.byId(id);
    }

    public Page<DomainDefinition> list(Listing listing) {
        return Page.collect(
                listing,
                store::after,
                domain -> listing.wants(domain.state().wire(), domain.name(), domain.labels()),
                domain -> new Cursor(domain.createdAt(), domain.id()));
    }

    /** The operation that holds the domain, if any. */
    public Optional<UUID> operationOf(DomainDefinition domain) {
        return Optional.ofNullable(seats.of(domain.id()).holder()).map(RunningOperation::id);
    }

    /** RFC 7396 for the two things that can be changed; null leaves the name as it is. */
    public DomainDefinition patch(
            String reference,
            @Nullable String name,
            @Nullable Map<String, @Nullable String> labels,
            boolean dropLabels) {
        return seats.act(
                reference,
                Action.PATCH,
                (seat, domain) -> {
                    String newName = name == null ? domain.name() : name;
                    checkName("/name", newName);
                    Map<String, String> old = dropLabels ? new TreeMap<>() : domain.labels();
                    Map<String, String> newLabels =
                            Labels.merged(old, labels == null ? Map.of() : labels, limits.labels());
                    return save(domain.named(newName, newLabels));
                },
                Function.identity());
    }

    private DomainDefinition save(DomainDefinition domain) {
        try {
            store.update(domain);
        } catch (NameTakenException e) {
            throw ProblemException.nameTaken("domain", domain.name(), "give another name");
        }
        events.append("domain.updated", "domain", domain.id(), domain.name(), Map.of());
        return domain;
    }

    /** Deletes a definition; with force, whatever it is doing. */
    public void delete(String reference, boolean force) {
        seats.act(
                reference,
                force ? Action.FORCE_DELETE : Action.DELETE,
                (seat, domain) -> {
                    erase(seat, domain);
                    return domain;
                },
                Function.identity());
    }

    private void erase(Seat seat, DomainDefinition domain) {
        seat.endLive();
        store.delete(domain.id());
        consoles.forget(domain.id());
        seats.forget(domain.id());
        events.append("domain.deleted", "domain", domain.id(), domain.name(), Map.of());
    }
}
