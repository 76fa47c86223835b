package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.ImageCorruptException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An action of many steps is done or not done.
 *
 * <p>Method: the action runs once while every call to a store and to the engine is counted; then it runs again on a fresh
 * server for each of these calls, which fails. Verdict: afterwards the old state or the new one is found, whole, and the
 * domain can be used.
 */
class EveryStepFailsTest {

    private static final String IMAGE = "fake-image:4096 1 0";
    private static final CheckpointTaking.Wish STOPPING =
            new CheckpointTaking.Wish("saved", CheckpointMode.TRANSPARENT, true, null);

    @TempDir
    Path folder;

    @FunctionalInterface
    private interface Scenario {
        void run(ControlPlane plane) throws Exception;
    }

    /** @param from running, paused or suspended */
    record Way(DomainState from, CheckpointMode mode, boolean stop) {

        CheckpointTaking.Wish wish() {
            return new CheckpointTaking.Wish("saved", mode, stop, null);
        }

        void prepare(ControlPlane plane) {
            switch (from) {
                case PAUSED -> plane.lifecycle.pause("one");
                case SUSPENDED -> {
                    plane.fakeOf("one").consoleInput("suspend\n".getBytes(StandardCharsets.US_ASCII));
                    await().pollInterval(Duration.ofMillis(1))
                            .until(() -> plane.domains.get("one").state() == LifecycleState.SUSPENDED);
                }
                default -> {}
            }
        }

        LifecycleState before() {
            return switch (from) {
                case PAUSED -> LifecycleState.PAUSED;
                case SUSPENDED -> LifecycleState.SUSPENDED;
                default -> LifecycleState.RUNNING;
            };
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                        new Way(DomainState.RUNNING, CheckpointMode.TRANSPARENT, false),
                        new Way(DomainState.PAUSED, CheckpointMode.TRANSPARENT, false),
                        new Way(DomainState.SUSPENDED, CheckpointMode.TRANSPARENT, false),
                        new Way(DomainState.RUNNING, CheckpointMode.COOPERATIVE, false),
                        new Way(DomainState.SUSPENDED, CheckpointMode.COOPERATIVE, false))
                .flatMap(way -> Stream.of(way, new Way(way.from(), way.mode(), true)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void checkpoint(Way way) throws Exception {
        int steps = countSteps(way::prepare, plane -> finish(plane, plane.taking.take("one", way.wish())));
        assertThat(steps).isGreaterThan(10);
        for (int step = 0; step < steps; step++) {
            try (ControlPlane plane = planeWithADomain("checkpoint-" + step)) {
                way.prepare(plane);
                plane.faults.arm(step);
                Operation operation = attempt(plane, () -> plane.taking.take("one", way.wish()));
                String failed = plane.faults.calls().toString();
                plane.faults.disarm();

                DomainDefinition domain = plane.domains.get("one");
                boolean kept = plane.stores.checkpoints.byName("saved").isPresent();
                assertThat(images(plane)).as(failed).isEqualTo(kept ? 1 : 0);
                if (operation != null && operation.state() == OperationState.SUCCEEDED) {
                    assertThat(kept).as(failed).isTrue();
                    assertThat(domain.state()).isEqualTo(way.stop() ? LifecycleState.SHUTOFF : way.before());
                } else {
                    assertThat(kept).as(failed).isFalse();
                    expectStorageFullIfTheDiskFailed(plane, operation, failed);
                    expectAsBefore(plane, way, domain, operation, failed);
                }
                assertThat(plane.domains.operationOf(domain)).as(failed).isEmpty();
            }
        }
    }

    /** The last call that was noted is the one that failed, or belongs to the undo of what it began. */
    private static void expectStorageFullIfTheDiskFailed(
            ControlPlane plane, @Nullable Operation operation, String failed) {
        if (plane.faults.failed().startsWith("Disk.")) {
            assertThat(Objects.requireNonNull(Objects.requireNonNull(operation).problem())
                            .type())
                    .as(failed)
                    .isEqualTo(ProblemType.STORAGE_FULL);
        }
    }

    @Test
    void importing() throws Exception {
        int steps = countSteps(plane -> importImage(plane, IMAGE));
        assertThat(steps).isGreaterThan(8);
        for (int step = 0; step < steps; step++) {
            try (ControlPlane plane = planeWithADomain("import-" + step)) {
                plane.faults.arm(step);
                Problem problem = null;
                try {
                    importImage(plane, IMAGE);
                } catch (RuntimeException | IOException e) {
                    problem = Problems.of(e);
                }
                String failed = plane.faults.failed();
                plane.faults.disarm();

                boolean kept = plane.stores.checkpoints.byName("imported").isPresent();
                assertThat(images(plane)).as(failed).isEqualTo(kept ? 1 : 0);
                if (failed.startsWith("Disk.") && !failed.equals("Disk.delete")) {
                    assertThat(Objects.requireNonNull(problem).type())
                            .as(failed)
                            .isEqualTo(ProblemType.STORAGE_FULL);
                    assertThat(kept).as(failed).isFalse();
                }
                if (!kept) {
                    importImage(plane, IMAGE);
                }
            }
        }
    }

    @Test
    void aRefusedImportLeavesNothing() throws Exception {
        try (ControlPlane plane = planeWithADomain("refused")) {
            assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> importImage(plane, "rubbish"));
            assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> importImage(plane, ""));
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> importImage(plane, "x".repeat(8 << 20) + "x"))
                    .withMessageContaining("payload-too-large");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> plane.importing.take("imported", -1, brokenBody()));

            assertThat(images(plane)).isZero();
            assertThat(plane.stores.checkpoints.byName("imported")).isEmpty();
            importImage(plane, IMAGE);
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> importImage(plane, IMAGE))
                    .withMessageContaining("name-taken");
            assertThat(images(plane)).isEqualTo(1);
        }
    }

    /** A client that hangs up in the middle. */
    private static InputStream brokenBody() {
        return new SequenceInputStream(new ByteArrayInputStream(new byte[1000]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
    }

    private static Checkpoint importImage(ControlPlane plane, String bytes) throws IOException {
        byte[] body = bytes.getBytes(StandardCharsets.US_ASCII);
        return plane.importing.take("imported", -1, new ByteArrayInputStream(body));
    }

    private static void expectAsBefore(
            ControlPlane plane, Way way, DomainDefinition domain, @Nullable Operation operation, String failed) {
        DomainState engine = plane.fakeOf("one").state();
        if (domain.stateReason() == StateReason.UNDO_FAILED) {
            // The one call that failed was part of going on; what is then true is said.
            assertThat(Objects.requireNonNull(operation).rolledBack()).isFalse();
            assertThat(engine.name()).as(failed).isEqualTo(domain.state().name());
            return;
        }
        assertThat(domain.state()).as(failed).isEqualTo(way.before());
        assertThat(engine).as(failed).isEqualTo(way.from());
    }

    @Test
    void restore() throws Exception {
        int steps = countSteps(plane -> {
            finish(plane, plane.taking.take("one", STOPPING));
            plane.faults.arm(-1);
            finish(plane, plane.restoring.restore("saved", new Restoring.Wish("one", null, false, false)));
        });
        assertThat(steps).isGreaterThan(8);
        for (int step = 0; step < steps; step++) {
            try (ControlPlane plane = planeWithADomain("restore-" + step)) {
                finish(plane, plane.taking.take("one", STOPPING));
                plane.faults.arm(step);
                Operation operation = attempt(
                        plane, () -> plane.restoring.restore("saved", new Restoring.Wish("one", null, false, false)));
                String failed = plane.faults.calls().toString();
                plane.faults.disarm();

                DomainDefinition domain = plane.domains.get("one");
                if (operation != null && operation.state() == OperationState.SUCCEEDED) {
                    assertThat(domain.state()).as(failed).isEqualTo(LifecycleState.RUNNING);
                    assertThat(plane.host.domains()).hasSize(1);
                } else {
                    assertThat(domain.state()).as(failed).isEqualTo(LifecycleState.SHUTOFF);
                    assertThat(plane.host.domains()).as(failed).isEmpty();
                }
                assertThat(plane.domains.operationOf(domain)).as(failed).isEmpty();
            }
        }
    }

    @Test
    void create() throws Exception {
        int steps = countSteps(plane -> plane.domains.create(named("two")));
        for (int step = 0; step < steps; step++) {
            try (ControlPlane plane = planeWithADomain("create-" + step)) {
                plane.faults.arm(step);
                boolean created = true;
                try {
                    plane.domains.create(named("two"));
                } catch (IllegalStateException e) {
                    created = false;
                }
                String failed = plane.faults.calls().toString();
                plane.faults.disarm();

                assertThat(plane.stores.domains.byName("two").isPresent())
                        .as(failed)
                        .isEqualTo(created);
                assertThat(plane.host.domains()).as(failed).hasSize(created ? 2 : 1);
                if (!created) {
                    plane.domains.create(named("two"));
                }
            }
        }
    }

    private int countSteps(Scenario scenario) throws Exception {
        return countSteps(plane -> {}, scenario);
    }

    private int countSteps(Scenario before, Scenario scenario) throws Exception {
        try (ControlPlane plane = planeWithADomain("count" + UUID.randomUUID())) {
            before.run(plane);
            plane.faults.arm(-1);
            scenario.run(plane);
            return plane.faults.calls().size();
        }
    }

    private ControlPlane planeWithADomain(String name) {
        ControlPlane plane = new ControlPlane(folder.resolve(name));
        plane.domains.create(named("one"));
        return plane;
    }

    private static NewDomain named(String name) {
        return new NewDomain(name, null, null, null, null, null, null, null, Map.of());
    }

    private static @Nullable Operation attempt(ControlPlane plane, Supplier<Operation> action)
            throws InterruptedException {
        try {
            return finish(plane, action.get());
        } catch (IllegalStateException injected) {
            return null;
        }
    }

    private static Operation finish(ControlPlane plane, Operation operation) throws InterruptedException {
        Operation ended = operation;
        List<OperationState> going = List.of(OperationState.PENDING, OperationState.RUNNING);
        for (int i = 0; i < 100 && going.contains(ended.state()); i++) {
            try {
                ended = plane.operations.await(operation.id(), Duration.ofSeconds(10));
            } catch (IllegalStateException injected) {
                // Asking failed, not the operation: ask again.
            }
        }
        return ended;
    }

    /** What is kept beside an image is there only where the image is. */
    private static long images(ControlPlane plane) throws IOException {
        try (Stream<Path> files = Files.list(plane.directory.checkpoints())) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertThat(names).allMatch(name -> names.contains(name.replaceFirst("[.].*", ".image")));
            return names.stream().filter(name -> name.endsWith(".image")).count();
        }
    }
}
