package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.Hypervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** A guest of the kind that is carried along: pebble, or the hostile one on its drivers. */
record PebbleGuest(Domain domain, GuestConsole console) {

    static final Duration LIMIT = Duration.ofSeconds(30);
    static final String PROMPT = "pebble> ";

    /** At its prompt. */
    static PebbleGuest start(Hypervisor host, long pages) {
        PebbleGuest guest = start(host, "pebble", pages, "", new ClockSpec.Real());
        guest.console.await(PROMPT, LIMIT);
        return guest;
    }

    static PebbleGuest start(Hypervisor host, String image, long pages, String commandLine, ClockSpec clock) {
        var console = new GuestConsole();
        Domain domain = host.create(
                new DomainSpec(UUID.randomUUID(), image, pages, 1, kernel(image), null, commandLine, clock, console));
        domain.unpause();
        return new PebbleGuest(domain, console);
    }

    static MemorySegment kernel(String image) {
        try (var resource = PebbleGuest.class.getResourceAsStream("/guests/" + image + ".elf")) {
            return MemorySegment.ofArray(Objects.requireNonNull(resource, image).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types a line and waits for the answer, a pattern. */
    String ask(String line, String answer) {
        console.type(domain, line);
        return console.await(answer, LIMIT).group();
    }

    /** Every process checks all of its pages, and none finds a change. */
    void assertProcessesUnharmed() {
        assertThat(ask("hash", "hash \\w{16}: \\d+ processes, \\d+ pages, \\d+ changed: \\w+"))
                .endsWith(" 0 changed: GOOD");
    }
}
