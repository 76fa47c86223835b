package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Hypervisor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Debian's GRUB for PV guests: a kernel that is no Linux, with a memory manager and drivers of its own. */
class GrubIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAGES = 64 * 256;

    @Test
    void bootsToItsPromptAndAnswers() throws Exception {
        Path kernel = fileOrSkip();
        try (Hypervisor host = TestHost.start()) {
            GuestConsole console = new GuestConsole();
            Domain grub = host.create(new DomainSpec(
                    UUID.randomUUID(),
                    "grub",
                    PAGES,
                    1,
                    MemorySegment.ofArray(Files.readAllBytes(kernel)),
                    null,
                    "",
                    new ClockSpec.Real(),
                    console));
            grub.unpause();
            console.await("grub>", LIMIT);

            // The words it answers with are not those that are typed and echoed.
            console.type(grub, "echo answer=${grub_platform}-${grub_cpu}");
            console.await("answer=xen-x86_64", LIMIT);
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();

            console.type(grub, "halt");
            await().atMost(LIMIT).until(() -> grub.snapshot().state() == DomainState.SHUTDOWN);
        }
    }

    private static Path fileOrSkip() {
        Path folder = Path.of(Objects.requireNonNullElse(System.getenv("XENOLITH_GUESTS"), "target/guests"))
                .resolve("grub");
        Path file = folder.resolve("grub-x86_64-xen.bin");
        assumeTrue(Files.isReadable(file), "no GRUB: run http-examples/debian-grub.sh " + folder);
        return file;
    }
}
