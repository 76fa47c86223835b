package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.abi.VcpuTimeInfo;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.VcpuInfoArea;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guest with the real clock sees of the time in which it lay in an image, here a month. */
class PassingTimeTest {

    private static final long MONTH = Duration.ofDays(30).toNanos();
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path folder;

    private final Pebble pebble = new Pebble();
    private Path image = Path.of("none");
    private long saved;

    @BeforeEach
    void save() throws IOException {
        HostedDomain domain = (HostedDomain) pebble.boot(new ClockSpec.Real());
        domain.unpause();
        await().until(() -> pebble.printed().contains("pebble> "));
        domain.pause();
        domain.guest().watchdogs().start(domain.guest().clock().systemTime() + 100 * SECOND);
        saved = domain.guest().clock().systemTime();
        Path fresh = pebble.save(domain, folder.resolve("fresh"));
        image = Files.write(folder.resolve("image"), new ImageLab(fresh).older(Duration.ofNanos(MONTH)));
        domain.destroy();
    }

    @AfterEach
    void close() {
        pebble.host().close();
    }

    @Test
    void itHasPassedForTheGuest() throws Exception {
        HostedDomain copy = restore(false);
        assertThat(copy.guest().clock().systemTime()).as("nothing ran yet").isEqualTo(saved);
        copy.unpause();
        await().until(() -> uptimeSeconds(copy) >= MONTH / SECOND);
        assertThat(date(copy)).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
    }

    @Test
    void theGuestIsToldThatItStoodStill() throws Exception {
        HostedDomain copy = restore(false);
        assertThat(isToldToHaveStopped(copy.guest())).isFalse();
        copy.unpause();
        await().until(() -> uptimeSeconds(copy) > 0);
        copy.pause();
        assertThat(isToldToHaveStopped(copy.guest())).isTrue();
    }

    @Test
    void itsWatchdogDoesNotRunOut() throws Exception {
        HostedDomain copy = restore(false);
        copy.unpause();
        await().until(() -> uptimeSeconds(copy) >= MONTH / SECOND);
        assertThat(copy.snapshot().state()).isEqualTo(DomainState.RUNNING);
        assertThat(copy.guest().watchdogs().next()).isGreaterThan(saved + MONTH);
    }

    @Test
    void itHasNotWhereTheTimeIsToBeKept() throws Exception {
        HostedDomain copy = restore(true);
        copy.unpause();
        assertThat(uptimeSeconds(copy)).isLessThan(MONTH / SECOND);
        assertThat(date(copy)).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
        copy.pause();
        assertThat(copy.guest().clock().systemTime() - saved).isLessThan(MONTH);
        assertThat(isToldToHaveStopped(copy.guest())).isFalse();
    }

    @Test
    void aPauseIsSuchATimeToo() throws Exception {
        HostedDomain copy = restore(true);
        copy.unpause();
        assertThat(uptimeSeconds(copy)).isNotNegative();
        copy.pause();
        long paused = copy.guest().clock().systemTime();
        Thread.sleep(1100);
        copy.unpause();
        assertThat(uptimeSeconds(copy)).isNotNegative();
        copy.pause();
        assertThat(copy.guest().clock().systemTime() - paused).isGreaterThanOrEqualTo(SECOND);
        assertThat(isToldToHaveStopped(copy.guest())).isTrue();
    }

    private HostedDomain restore(boolean keepTime) throws IOException {
        FileChannel channel = FileChannel.open(image);
        return (HostedDomain) pebble.host()
                .restore(new RestoreSpec(
                                channel,
                                UUID.randomUUID(),
                                "copy",
                                new ClockSpec.Real(),
                                pebble::print,
                                Progress.none())
                        .withKeepTime(keepTime));
    }

    private long uptimeSeconds(HostedDomain domain) {
        return Long.parseLong(answer(domain, "uptime", "up (\\d+)\\.\\d+ s"));
    }

    private Instant date(HostedDomain domain) {
        String date = answer(domain, "date", "([-0-9]+ [:0-9]+) UTC");
        return Instant.parse(date.replace(' ', 'T') + "Z");
    }

    private String answer(HostedDomain domain, String command, String pattern) {
        int before = pebble.printed().length();
        pebble.type(domain, command);
        Matcher answer = Pattern.compile(pattern).matcher("");
        await().until(() -> answer.reset(pebble.printed().substring(before)).find());
        return answer.group(1);
    }

    private static boolean isToldToHaveStopped(GuestDomain guest) {
        VcpuInfoArea info = guest.vcpu(0).info();
        int flags = info.page().getByte(info.offset() + VcpuInfo.TIME + VcpuTimeInfo.FLAGS);
        return (flags & VcpuTimeInfo.FLAG_GUEST_STOPPED) != 0;
    }
}
