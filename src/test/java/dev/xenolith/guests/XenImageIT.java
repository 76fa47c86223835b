package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.ImageRecordQuery;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images that real Xen 4.17 wrote go on here: their guests say so on the console. They are not ours to hand on, so they
 * stand beside the project or where XENOLITH_REFERENCE says.
 */
class XenImageIT {

    private static final Path FOLDER =
            Path.of(Optional.ofNullable(System.getenv("XENOLITH_REFERENCE")).orElse("../shared/reference"));

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({"tick4, 1", "tick4-c, 2"})
    void ticksOn(String name, int resumes) throws Exception {
        Path image = image(name);
        try (Hypervisor host = TestHost.start()) {
            long free = host.host().freeFrames();
            GuestConsole console = new GuestConsole();
            Domain domain = restore(host, image, console);
            domain.unpause();

            String line = "TICK (\\d+) mem=(\\w+) resumes=(\\d+)";
            long first = Long.parseLong(console.await(line, LIMIT).group(1));
            for (int i = 1; i <= 3; i++) {
                MatchResult tick = console.await(line, LIMIT);
                assertThat(tick.group(1)).isEqualTo(Long.toString(first + i));
                assertThat(tick.group(2)).isEqualTo("GOOD");
                assertThat(tick.group(3)).isEqualTo(Integer.toString(resumes));
            }
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            domain.destroy();
            assertThat(host.host().freeFrames()).isEqualTo(free);
        }
    }

    @Test
    void linuxCountsOn() throws Exception {
        Path image = image("pv96-v1");
        try (Hypervisor host = TestHost.start()) {
            long free = host.host().freeFrames();
            GuestConsole console = new GuestConsole();
            Domain domain = restore(host, image, console);
            domain.unpause();

            String line = "COUNT (\\d+) blob=(\\w+) up=";
            long first = Long.parseLong(console.await(line, LIMIT).group(1));
            for (int i = 1; i <= 4; i++) {
                MatchResult count = console.await(line, LIMIT);
                assertThat(count.group(1)).isEqualTo(Long.toString(first + i));
                assertThat(count.group(2)).isEqualTo("GOOD");
            }
            new LinuxGuest(domain, console).assertNoComplaint();
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            domain.destroy();
            assertThat(host.host().freeFrames()).isEqualTo(free);
        }
    }

    /** Page data differ, since the guest ran; XSAVE records of guests that never used it are not written, see the format page. */
    @ParameterizedTest
    @CsvSource({"tick4, TICK", "pv96-v1, COUNT"})
    void savesAgainWhatItRestored(String name, String word) throws Exception {
        Path image = image(name);
        Path again = temporary.resolve("again");
        try (Hypervisor host = TestHost.start()) {
            GuestConsole console = new GuestConsole();
            Domain domain = restore(host, image, console);
            domain.unpause();
            console.await(word + " (\\d+)", LIMIT);
            domain.requestShutdown(ShutdownRequest.SUSPEND);
            await().atMost(LIMIT).until(() -> domain.snapshot().state() == DomainState.SUSPENDED);
            try (var channel = FileChannel.open(again, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                domain.saveCooperative(new SaveSpec(channel, new byte[0], Progress.none()));
            }
            domain.destroy();

            assertThat(verify(host, again)).isEmpty();
            assertThat(records(host, again)).isEqualTo(records(host, image));
            RecordsAgree.expect(image, again);
            GuestConsole other = new GuestConsole();
            restore(host, again, other).unpause();
            other.await(word + " (\\d+) \\w+=GOOD", LIMIT);
        }
    }

    private static List<ImageFinding> verify(Hypervisor host, Path image) throws Exception {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            return host.images().verify(channel, Progress.none());
        }
    }

    /** Names and lengths of the libxc records that an image of the same guest has. */
    private static List<String> records(Hypervisor host, Path image) throws Exception {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            return host.images().records(channel, new ImageRecordQuery(0, 1000, null)).records().stream()
                    .filter(record -> record.layer().equals("libxc"))
                    .filter(record -> !record.name().equals("PAGE_DATA"))
                    .filter(record -> !record.name().equals("X86_PV_VCPU_XSAVE"))
                    .map(record -> record.name() + " " + record.length())
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tick4", "tick4-c", "pv96-v1"})
    void findsNothingWrong(String name) throws Exception {
        try (Hypervisor host = TestHost.start()) {
            assertThat(verify(host, image(name))).isEmpty();
        }
    }

    @Test
    void saysBeforeARestoreWhatTheCpuLacks() throws Exception {
        try (Hypervisor host = TestHost.start()) {
            List<ImageFinding> findings = verify(host, image("pv96"));

            assertThat(findings).isNotEmpty().allMatch(finding -> finding.kind() == ImageFinding.Kind.INCOMPATIBLE);
            assertThat(findings).extracting(ImageFinding::record).startsWith("X86_CPUID_POLICY");
            assertThat(findings.getFirst().got()).contains("AVX2 (CPUID 0x7.ebx bit 5)");
        }
    }

    /** Its kernel has chosen code that our CPU cannot run. */
    @Test
    void refusesToRunWhatTheCpuLacks() throws Exception {
        Path image = image("pv96");
        try (Hypervisor host = TestHost.start()) {
            long free = host.host().freeFrames();
            assertThatExceptionOfType(ImageIncompatibleException.class)
                    .isThrownBy(() -> restore(host, image, new GuestConsole()))
                    .satisfies(e -> assertThat(e.needs())
                            .contains("XSAVE (CPUID 0x1.ecx bit 26)", "AVX (CPUID 0x1.ecx bit 28)")
                            .contains("AVX2 (CPUID 0x7.ebx bit 5)")
                            .doesNotContain("0x1.ecx bit 0)"));
            assertThat(host.domains()).isEmpty();
            assertThat(host.host().freeFrames()).isEqualTo(free);
        }
    }

    private static Domain restore(Hypervisor host, Path image, GuestConsole console) throws Exception {
        return host.restore(new RestoreSpec(
                FileChannel.open(image, StandardOpenOption.READ),
                UUID.randomUUID(),
                "foreign",
                new ClockSpec.Real(),
                console,
                Progress.none()));
    }

    private Path image(String name) throws Exception {
        Path compressed = FOLDER.resolve(name + ".xlsave.zst");
        assumeTrue(Files.isReadable(compressed), () -> "no reference image " + compressed);
        byte[] bytes = Files.readAllBytes(compressed);
        ZstdJavaDecompressor zstd = new ZstdJavaDecompressor();
        byte[] image = new byte[Math.toIntExact(zstd.getDecompressedSize(bytes, 0, bytes.length))];
        int length = zstd.decompress(bytes, 0, bytes.length, image, 0, image.length);
        return Files.write(temporary.resolve(name), Arrays.copyOf(image, length));
    }
}
