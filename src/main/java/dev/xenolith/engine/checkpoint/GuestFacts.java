package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import java.util.Map;
import java.util.TreeMap;

/** What is told of a saved guest to people; nothing depends on it. */
final class GuestFacts {

    /** What the kernel calls itself in its ELF notes, such as {@code linux 2.6}; absent where nobody knows. */
    static final String KERNEL = "kernel";

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private GuestFacts() {}

    static Map<String, String> of(GuestDomain guest) {
        long online = guest.vcpus().stream().filter(Vcpu::isUp).count();
        long seconds = guest.clock().systemTime() / NANOS_PER_SECOND;
        Map<String, String> facts = new TreeMap<>(Map.of(
                "name", guest.identity().name(),
                "onlineVcpus", Long.toString(online),
                "uptimeSeconds", Long.toString(seconds)));
        if (!guest.kernel().isEmpty()) {
            facts.put(KERNEL, guest.kernel());
        }
        return facts;
    }
}
