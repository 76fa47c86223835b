package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that suspends itself is saved as Xen would. With {@code -Dxenolith.images=FOLDER} the images stay there, for
 * Xen's own checker and for real Xen.
 */
class CooperativeSaveIT {

    private static final String WORKLOAD = """
            #!/bin/sh
            dd if=/dev/urandom of=/tmp/blob bs=64k count=64 2>/dev/null
            want=$(sha256sum </tmp/blob)
            n=0
            while :; do
              n=$((n + 1))
              if [ "$(sha256sum </tmp/blob)" = "$want" ]; then verdict=GOOD; else verdict=BAD; fi
              echo "COUNT $n blob=$verdict up=$(cut -d' ' -f1 /proc/uptime)"
              sleep 1
            done
            """;

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void savesLinux(int vcpus) throws Exception {
        LinuxFiles files = LinuxFiles.orSkip("");
        var ramdisk = files.ramdiskWith(new NewcArchive().executable("workload", WORKLOAD));
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = LinuxGuest.start(host, files, ramdisk, vcpus, new ClockSpec.Real());
            guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
            guest.type("/workload &");
            guest.console().await("COUNT 3", LIMIT);
            suspend(guest.domain());

            ImageInfo image = save(host, guest.domain(), "linux" + vcpus, 128, vcpus);

            assertThat(image.format()).isEqualTo("xen");
            assertThat(image.vcpus()).isEqualTo(vcpus);
            guest.assertNoComplaint();
        }
    }

    @Test
    void savesPebble() throws Exception {
        try (Hypervisor host = TestHost.start()) {
            PebbleGuest guest = PebbleGuest.start(host, 16 * 256);
            guest.console().type(guest.domain(), "spawn 3 5 0");
            suspend(guest.domain());

            ImageInfo image = save(host, guest.domain(), "pebble", 16, 1);

            assertThat(image.format()).isEqualTo("xen");
            assertThat(image.vcpus()).isEqualTo(1);
        }
    }

    private static void suspend(Domain domain) {
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        await().atMost(LIMIT).until(() -> domain.snapshot().state() == DomainState.SUSPENDED);
    }

    private ImageInfo save(Hypervisor host, Domain domain, String name, long memoryMib, int vcpus) throws Exception {
        Path kept = Path.of(System.getProperty("xenolith.images", folder.toString()));
        Path path = Files.createDirectories(kept).resolve(name + ".xlsave");
        try (var image = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            byte[] configuration = XlConfiguration.of(name, memoryMib, vcpus);
            SaveResult saved = domain.saveCooperative(new SaveSpec(image, configuration, Progress.none()));
            assertThat(saved.sizeBytes()).isEqualTo(Files.size(path));
        }
        try (var image = FileChannel.open(path)) {
            return host.images().inspect(image);
        }
    }
}
