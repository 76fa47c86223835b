package dev.xenolith.guests;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.host.Xenolith;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.UUID;

/** A host of 2 GiB for the tests, and its built-in guest. */
final class TestHost {

    private static final long FRAMES = 2L << 18;

    private TestHost() {}

    static Hypervisor start() {
        return new Xenolith(FRAMES, 2);
    }

    static MemorySegment pebbleKernel() {
        try (var elf = TestHost.class.getResourceAsStream("/guests/pebble.elf")) {
            return MemorySegment.ofArray(
                    Objects.requireNonNull(elf, "pebble.elf is missing").readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A paused pebble that nobody reads. */
    static Domain pebble(Hypervisor host, long pages) {
        return pebble(host, pages, new GuestConsole());
    }

    static Domain pebble(Hypervisor host, long pages, GuestConsole console) {
        return host.create(new DomainSpec(
                UUID.randomUUID(), "pebble", pages, 1, pebbleKernel(), null, "", new ClockSpec.Real(), console));
    }
}
