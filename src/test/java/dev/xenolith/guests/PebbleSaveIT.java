package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * pebble with busy, sleeping and stopped processes is saved at a moment it does not choose; its host ends; on another
 * host other domains take its old frames, and two copies of it go on side by side, every byte of every process intact.
 */
class PebbleSaveIT {

    private static final String TICK = "TICK (\\d+)";

    @TempDir
    Path folder;

    static IntStream rounds() {
        return IntStream.range(0, "endurance".equals(System.getProperty("xenolith.rounds")) ? 30 : 3);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void goesOnTwiceAfterARestore(int round) throws Exception {
        Path image = folder.resolve("image");
        int savedTick;
        String savedDigest;
        try (Hypervisor host = TestHost.start()) {
            PebbleGuest guest = PebbleGuest.start(host, 8 << 8);
            guest.ask("spawn 2 40 0", "process 4");
            guest.ask("spawn 1 20", "process 5");
            guest.ask("stop 5", PebbleGuest.PROMPT);
            guest.ask("walk 3", "0 entries differ");
            MatchResult tick = await(guest, "tick on");
            Thread.sleep(new Random(round).nextInt(1000));
            guest.domain().pause();
            savedTick = Integer.parseInt(tick.group(1));
            savedDigest = save(guest.domain(), image);
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
        try (Hypervisor host = TestHost.start()) {
            PebbleGuest squatter = PebbleGuest.start(host, 16 << 8);
            PebbleGuest first = restore(host, image, "first");
            PebbleGuest second = restore(host, image, "second");
            assertThat(first.domain().stateDigest()).isEqualTo(savedDigest);
            assertThat(second.domain().stateDigest()).isEqualTo(savedDigest);
            first.domain().unpause();
            second.domain().unpause();
            assertGoesOn(first, savedTick);
            assertGoesOn(second, savedTick);
            squatter.assertProcessesUnharmed();
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    private static MatchResult await(PebbleGuest guest, String line) {
        guest.console().type(guest.domain(), line);
        return guest.console().await(TICK, PebbleGuest.LIMIT);
    }

    private static void assertGoesOn(PebbleGuest copy, int savedTick) {
        int tick =
                Integer.parseInt(copy.console().await(TICK, PebbleGuest.LIMIT).group(1));
        assertThat(tick).isBetween(savedTick + 1, savedTick + 2);
        copy.console().await("TICK " + (tick + 1), PebbleGuest.LIMIT);
        copy.ask("cont 5", PebbleGuest.PROMPT);
        copy.assertProcessesUnharmed();
        copy.ask("kill 3", PebbleGuest.PROMPT);
        copy.ask("stress 5", "5 processes came and went, 0 changed");
    }

    private static String save(Domain domain, Path image) throws IOException {
        try (var channel = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return domain.saveTransparent(new SaveSpec(channel, new byte[0], Progress.none()))
                    .digest();
        }
    }

    private static PebbleGuest restore(Hypervisor host, Path image, String name) throws IOException {
        var console = new GuestConsole();
        var channel = FileChannel.open(image, StandardOpenOption.READ);
        Domain domain = host.restore(
                new RestoreSpec(channel, UUID.randomUUID(), name, new ClockSpec.Real(), console, Progress.none()));
        return new PebbleGuest(domain, console);
    }
}
