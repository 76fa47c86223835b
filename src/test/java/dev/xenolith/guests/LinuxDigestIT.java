package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Under a virtual clock a run repeats to the bit, so a save and a restore can be told from none: Linux, stopped after a
 * random number of instructions while it boots and works, goes on to the same state on both sides, over vcpus, memory,
 * event channels, grants, timers and xenstore.
 */
class LinuxDigestIT {

    private static final ClockSpec CLOCK = new ClockSpec.Virtual(1000, 1_700_000_000, 1);
    private static final int STEP = 400_000_000;
    private static final int COMPARED = 50_000_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void runsOnAsIfNothingHadBeen(int vcpus) throws Exception {
        int rounds = "endurance".equals(System.getProperty("xenolith.rounds")) ? 30 : 6;
        Random random = new Random(vcpus);
        LinuxFiles files = LinuxFiles.orSkip("");
        try (Hypervisor host = TestHost.start()) {
            GuestConsole console = new GuestConsole();
            Domain stopped = host.create(new DomainSpec(
                    UUID.randomUUID(),
                    "linux",
                    96 * 256,
                    vcpus,
                    files.kernel(),
                    files.ramdiskWith(new NewcArchive()),
                    "console=hvc0",
                    CLOCK,
                    console));
            for (int round = 0; round < rounds; round++) {
                stopped.runInstructions(random.nextInt(STEP));
                if (console.all().endsWith(LinuxGuest.PROMPT)) {
                    console.type(stopped, "while :; do cat /proc/interrupts | sha256sum; sleep 0.1; done");
                }
                Domain copy = copyOf(host, stopped, console, round % 2 == 0);
                long more = random.nextInt(COMPARED);
                stopped.runInstructions(more);
                copy.runInstructions(more);

                assertThat(copy.stateDigest()).as("round %d", round).isEqualTo(stopped.stateDigest());
                assertThat(host.audit(Optional.empty()).violations()).isEmpty();
                stopped.destroy();
                stopped = copy;
            }
        }
    }

    private Domain copyOf(Hypervisor host, Domain domain, GuestConsole console, boolean vouched) throws IOException {
        Path image = folder.resolve(UUID.randomUUID().toString());
        SaveResult saved;
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            saved = domain.saveTransparent(new SaveSpec(channel, new byte[0], Progress.none()));
        }
        RestoreSpec spec = new RestoreSpec(
                FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE),
                UUID.randomUUID(),
                "copy",
                CLOCK,
                console,
                Progress.none());
        // In turn with types and counts believed, and made again.
        Domain copy =
                host.restore(vouched ? spec.withVoucher(new ImageVoucher(saved.voucher(), saved.sha256())) : spec);
        if (vouched) {
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
        assertThat(copy.stateDigest()).isEqualTo(saved.digest());
        return copy;
    }
}
