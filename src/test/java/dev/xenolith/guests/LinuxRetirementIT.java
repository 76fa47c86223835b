package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two vcpus that fork processes and re-hash a tmpfs file lose frame after frame from under them: in each round some of
 * every type, and in the last every frame that the guest has.
 */
class LinuxRetirementIT {

    private static final boolean ENDURANCE = "endurance".equals(System.getProperty("xenolith.rounds"));
    private static final int ROUNDS = ENDURANCE ? 20 : 2;
    private static final int FRAMES_A_ROUND = 100;

    @TempDir
    Path folder;

    private final Hypervisor host = TestHost.start();
    private final Random random = new Random(4);
    private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void noticesNothing() throws Exception {
        LinuxGuest guest = startWorkload();
        int offlined = 0;
        for (int round = 0; round < ROUNDS; round++) {
            suspend(guest);
            for (FrameSnapshot frame : someOfEveryType(guest)) {
                offlined += retire(frame) ? 1 : 0;
                assertSound();
            }
            guest.domain().resume();
            assertGoesOn(guest);
        }
        assertThat(offlined).isGreaterThan(ROUNDS * FRAMES_A_ROUND * 9 / 10);
        assertThat(host.host().offlinedFrames()).isEqualTo(offlined);

        suspend(guest);
        List<FrameSnapshot> all = frames(guest);
        for (FrameSnapshot frame : all) {
            offlined += retire(frame) ? 1 : 0;
        }
        assertSound();
        assertThat(refused.keySet()).containsOnly(Reason.HYPERVISOR_PAGE, Reason.MAPPED);
        guest.domain().resume();
        assertGoesOn(guest);
        for (FrameSnapshot frame : all) {
            FrameState state = host.frame(frame.mfn()).orElseThrow().state();
            assertThat(state).isIn(FrameState.OFFLINED, FrameState.OFFLINING);
        }
        assertThat(host.host().offlinedFrames()).isEqualTo(offlined);
        assertSound();
        assertGoesOn(savedAndRestored(guest));
        assertSound();
    }

    /** Nothing of it lies where it was built, and yet its image is one that Xen takes. */
    private LinuxGuest savedAndRestored(LinuxGuest guest) throws Exception {
        suspend(guest);
        assertThat(guest.domain().examineSuspension().errors()).isEmpty();
        Path kept = Path.of(System.getProperty("xenolith.images", folder.toString()));
        Path path = Files.createDirectories(kept).resolve("linux-retired.xlsave");
        try (var image = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            byte[] configuration = XlConfiguration.of("linux-retired", 128, 2);
            guest.domain().saveCooperative(new SaveSpec(image, configuration, Progress.none()));
        }
        guest.domain().destroy();
        var console = new GuestConsole();
        Domain copy = host.restore(new RestoreSpec(
                FileChannel.open(path), UUID.randomUUID(), "copy", new ClockSpec.Real(), console, Progress.none()));
        copy.unpause();
        return new LinuxGuest(copy, console);
    }

    private LinuxGuest startWorkload() {
        LinuxFiles files = LinuxFiles.orSkip("");
        var ramdisk = files.ramdiskWith(new NewcArchive().executable("workload", LinuxSaveIT.WORKLOAD));
        LinuxGuest guest = LinuxGuest.start(host, files, ramdisk, 2, new ClockSpec.Real());
        guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
        guest.type("/workload &");
        assertGoesOn(guest);
        return guest;
    }

    private void suspend(LinuxGuest guest) {
        guest.domain().requestShutdown(ShutdownRequest.SUSPEND);
        await().atMost(LinuxSaveIT.COUNT_LIMIT)
                .until(() -> guest.domain().snapshot().state() == DomainState.SUSPENDED);
    }

    private List<FrameSnapshot> frames(LinuxGuest guest) {
        List<FrameSnapshot> frames = new ArrayList<>();
        Long from = 0L;
        while (from != null) {
            var page =
                    host.frames(new FrameQuery(from, 1000, null, guest.domain().domid()));
            frames.addAll(page.frames());
            from = page.nextMfn();
        }
        return frames;
    }

    /** Half of them from all over its memory, the others in turn from each type of frame. */
    private List<FrameSnapshot> someOfEveryType(LinuxGuest guest) {
        List<FrameSnapshot> all = frames(guest);
        Collections.shuffle(all, random);
        List<FrameSnapshot> chosen = new ArrayList<>(all.subList(0, FRAMES_A_ROUND / 2));
        Map<String, List<FrameSnapshot>> byType = new HashMap<>();
        all.subList(FRAMES_A_ROUND / 2, all.size())
                .forEach(frame -> byType.computeIfAbsent(frame.type(), type -> new ArrayList<>())
                        .add(frame));
        assertThat(byType.keySet()).contains("none", "l1", "l2", "l3", "l4", "segdesc", "writable");
        while (chosen.size() < FRAMES_A_ROUND) {
            byType.values().stream().filter(left -> !left.isEmpty()).forEach(left -> chosen.add(left.removeLast()));
        }
        return chosen;
    }

    private boolean retire(FrameSnapshot frame) {
        PageRetirement result = host.retirement().retire(frame.mfn(), Mode.EXCHANGE);
        Reason reason = result.reason();
        if (reason != null) {
            refused.merge(reason, 1, Integer::sum);
            assertThat(result.state()).as("%s", result).isEqualTo(State.PENDING);
        }
        return result.state() == State.OFFLINED;
    }

    private void assertGoesOn(LinuxGuest guest) {
        for (int i = 0; i < 2; i++) {
            MatchResult count = guest.console().await(LinuxSaveIT.COUNT, LinuxSaveIT.COUNT_LIMIT);
            assertThat(count.group(2)).isEqualTo("GOOD");
        }
        guest.assertNoComplaint();
    }

    private void assertSound() {
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }
}
