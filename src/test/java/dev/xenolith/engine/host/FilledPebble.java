package dev.xenolith.engine.host;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

/** Large domains with content, for benchmarks: pebble, and random bytes in memory that it does not use. */
public final class FilledPebble {

    private FilledPebble() {}

    public static Domain create(Xenolith host, String name, int pages, ClockSpec clock) throws IOException {
        try (InputStream kernel =
                Objects.requireNonNull(FilledPebble.class.getResourceAsStream("/guests/pebble.elf"))) {
            return host.create(new DomainSpec(
                    UUID.randomUUID(),
                    name,
                    pages,
                    1,
                    MemorySegment.ofArray(kernel.readAllBytes()),
                    null,
                    "",
                    clock,
                    (bytes, from, length) -> {}));
        }
    }

    /** Random bytes into pages of zeroes, until so many are filled. */
    public static void fill(Domain domain, int pages, long seed) {
        DomainMemory memory = ((HostedDomain) domain).guest().memory();
        Machine machine = memory.machine();
        Random random = new Random(seed);
        byte[] page = new byte[4096];
        int[] left = {pages};
        machine.forEachFrame(memory.owner(), mfn -> {
            if (left[0] > 0
                    && machine.backings().isZero(mfn)
                    && !FrameType.isPageTable(machine.table().type(mfn))) {
                random.nextBytes(page);
                machine.gate().copyIn(mfn, 0, page, 0, page.length);
                left[0]--;
            }
        });
    }
}
