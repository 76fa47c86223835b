package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.mmu.DomainMemory;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** pebble, suspended as asked, on a host of its own; it can go on and be suspended again. */
final class SuspendedPebble implements AutoCloseable {

    /** Enough to boot, and to suspend or wake up. */
    static final long A_WHILE = 20_000_000;

    final Pebble pebbles = new Pebble();
    final Xenolith host = pebbles.host();
    final HostedDomain hosted;
    final GuestDomain guest;
    final DomainMemory memory;

    SuspendedPebble() throws IOException {
        hosted = (HostedDomain) pebbles.boot();
        guest = hosted.guest();
        memory = guest.memory();
        hosted.runInstructions(A_WHILE);
        suspend();
    }

    void suspend() {
        CountDownLatch suspended = new CountDownLatch(1);
        AutoCloseable subscription = host.subscribe(event -> suspended.countDown());
        hosted.unpause();
        hosted.requestShutdown(ShutdownRequest.SUSPEND);
        try {
            assertThat(suspended.await(30, TimeUnit.SECONDS))
                    .as(pebbles::printed)
                    .isTrue();
            subscription.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Goes on with the suspend cancelled, and runs for a while. */
    void goOn() {
        hosted.resume();
        hosted.pause();
        hosted.runInstructions(A_WHILE);
    }

    void expectSound() {
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    @Override
    public void close() {
        host.close();
    }
}
