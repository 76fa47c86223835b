package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * With the virtual clock a run depends on nothing but its beginning: two hosts that run the built-in guest for the same
 * number of instructions end in the same state, however the run was cut into pieces.
 */
@Timeout(120)
class VirtualRunTest {

    private static final UUID HANDLE = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    private static final long INSTRUCTIONS = 3_000_000;

    /** A host with one domain, run to the end of the test. */
    private static final class Run implements AutoCloseable {
        private final Xenolith host = new Xenolith(8192, 1);
        private final StringBuilder console = new StringBuilder();
        private final Domain domain = host.create(new DomainSpec(
                HANDLE,
                "pebble",
                1024,
                1,
                pebble(),
                null,
                "",
                new ClockSpec.Virtual(100, 1_700_000_000, 1),
                (bytes, offset, length) ->
                        console.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1))));

        @Override
        public void close() {
            host.close();
        }
    }

    private static MemorySegment pebble() {
        try (var elf = VirtualRunTest.class.getResourceAsStream("/guests/pebble.elf")) {
            return MemorySegment.ofArray(Objects.requireNonNull(elf).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void endsInTheSameStateHoweverItIsCut() {
        try (Run whole = new Run();
                Run pieces = new Run()) {
            whole.domain.runInstructions(INSTRUCTIONS);
            Random random = new Random(99);
            for (long left = INSTRUCTIONS; left > 0; ) {
                long piece = Math.min(left, 1 + random.nextInt(random.nextBoolean() ? 20 : 50_000));
                pieces.domain.runInstructions(piece);
                left -= piece;
            }
            assertThat(whole.domain.snapshot().retiredInstructions()).isEqualTo(INSTRUCTIONS);
            assertThat(pieces.domain.snapshot().retiredInstructions()).isEqualTo(INSTRUCTIONS);
            assertThat(whole.console.toString()).isNotEmpty().isEqualTo(pieces.console.toString());
            assertThat(pieces.domain.vcpus()).isEqualTo(whole.domain.vcpus());
            assertThat(pieces.domain.stateDigest()).isEqualTo(whole.domain.stateDigest());
            assertThat(whole.host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    @Test
    void differsAfterOneInstructionMore() {
        try (Run one = new Run();
                Run other = new Run()) {
            one.domain.runInstructions(200_000);
            other.domain.runInstructions(200_001);
            assertThat(one.domain.stateDigest()).isNotEqualTo(other.domain.stateDigest());
        }
    }
}
