package dev.xenolith.control;

import dev.xenolith.engine.Hypervisor;
import dev.xenolith.testing.FakeDomain;
import dev.xenolith.testing.FakeHypervisor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** The control plane put together by hand: fake engine, stores in memory, and faults where a test wants them. */
final class ControlPlane implements AutoCloseable {

    final Faults faults = new Faults();
    final MemoryStores stores = new MemoryStores();
    final FakeHypervisor host = new FakeHypervisor(256);
    final DataDirectory directory;
    final OpenStreams streams = new OpenStreams();
    final Domains domains;
    final Lifecycle lifecycle;
    final Checkpoints checkpoints;
    final CheckpointTaking taking;
    final CheckpointImport importing;
    final Restoring restoring;
    final Operations operations;
    final GuestEvents guestEvents;
    final Seats seats;
    final PageRetirements retirements;

    ControlPlane(Path data) {
        XenolithProperties properties = new XenolithProperties(
                data,
                null,
                new XenolithProperties.Host(null, null, 8, java.time.Duration.ofHours(24)),
                new XenolithProperties.Limits(256, 8, 2, 8, 64, 64, 64, 1000, 7));
        directory = new DataDirectory(properties);
        Disk disk = faults.watch(Disk.class, new RealDisk(), Faults::diskFull);
        Hypervisor hypervisor = faults.watch(Hypervisor.class, host);
        DomainStore domainStore = faults.watch(DomainStore.class, stores.domains);
        CheckpointStore checkpointStore = faults.watch(CheckpointStore.class, stores.checkpoints);
        BootImageStore bootImageStore = faults.watch(BootImageStore.class, stores.bootImages);
        OperationStore operationStore = faults.watch(OperationStore.class, stores.operations);
        EventLog events = new EventLog(faults.watch(EventStore.class, stores.events), properties, streams);
        BuiltinKernel pebble = new BuiltinKernel("\u007fELF".getBytes(StandardCharsets.ISO_8859_1));
        BootImageFiles bootImageFiles = new BootImageFiles(directory, disk, pebble);
        BootImages bootImages =
                new BootImages(bootImageStore, bootImageFiles, domainStore, directory, events, properties);
        bootImages.registerBuiltin(pebble);
        ConsoleLogs consoles = new ConsoleLogs(directory, streams);
        seats = new Seats(domainStore);
        NameReservations names = new NameReservations(domainStore);
        Transitions transitions = new Transitions(domainStore, events);
        Starter starter = new Starter(hypervisor, bootImageStore, bootImageFiles, consoles);
        domains =
                new Domains(domainStore, seats, names, bootImages, starter, transitions, consoles, events, properties);
        lifecycle = new Lifecycle(seats, starter, domainStore, transitions);
        operations = new Operations(operationStore, events, streams, properties);
        CheckpointFiles files = new CheckpointFiles(directory, disk);
        checkpoints = new Checkpoints(checkpointStore, files, events, properties);
        taking = new CheckpointTaking(
                hypervisor,
                seats,
                domainStore,
                bootImageStore,
                checkpointStore,
                files,
                directory,
                operations,
                transitions,
                events);
        importing = new CheckpointImport(checkpointStore, files, directory, hypervisor, events, properties);
        restoring = new Restoring(
                seats,
                domainStore,
                domains,
                names,
                checkpoints,
                files,
                bootImages,
                consoles,
                hypervisor,
                operations,
                transitions);
        RetirementStore retirementStore = faults.watch(RetirementStore.class, stores.retirements);
        Retiring retiring = new Retiring(
                hypervisor,
                new GuestRequests(seats, operations, domainStore, transitions),
                operations,
                retirementStore,
                new RetiredFrames(hypervisor, retirementStore),
                transitions,
                domainStore,
                events);
        retirements = new PageRetirements(hypervisor, seats, retiring, retirementStore, domainStore);
        guestEvents = new GuestEvents(hypervisor, seats, domainStore, starter, transitions, events);
        guestEvents.start();
        streams.start();
    }

    FakeDomain fakeOf(String name) {
        return host.fake(Objects.requireNonNull(domains.get(name).domid()));
    }

    @Override
    public void close() throws IOException {
        faults.disarm();
        guestEvents.stop();
        streams.stop();
        directory.close();
    }
}
