package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.Hypervisor;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;

/** A running Debian kernel with its console. */
record LinuxGuest(Domain domain, GuestConsole console) {

    static final Duration BOOT_LIMIT = Duration.ofMinutes(3);
    static final String PROMPT = "xenolith# ";

    /** What a kernel prints when something went wrong under it. */
    private static final Pattern COMPLAINT = Pattern.compile(
            "WARNING:|BUG:|Oops|Call Trace|rcu_sched|soft lockup|hung_task|blocked for more than|general protection|"
                    + "clocksource.*unstable|Kernel panic");

    static LinuxGuest start(Hypervisor host, LinuxFiles files, MemorySegment ramdisk, int vcpus, ClockSpec clock) {
        var console = new GuestConsole();
        Domain domain = host.create(new DomainSpec(
                UUID.randomUUID(),
                "linux",
                128 * 256,
                vcpus,
                files.kernel(),
                ramdisk,
                "console=hvc0 earlyprintk=xen",
                clock,
                console));
        domain.unpause();
        return new LinuxGuest(domain, console);
    }

    void type(String line) {
        console.type(domain, line);
    }

    void assertNoComplaint() {
        var complaint = COMPLAINT.matcher(console.all());
        assertThat(complaint.find())
                .as(() -> "the kernel complains: " + console.all().substring(Math.max(0, complaint.start() - 200)))
                .isFalse();
    }
}
