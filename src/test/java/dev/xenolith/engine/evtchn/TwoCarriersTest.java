package dev.xenolith.engine.evtchn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Two domains on two carriers, each doing anything to the channels between them: neither breaks the other's table. */
class TwoCarriersTest {

    private static final int CALLS = 40_000;

    private final EventFabric fabric = new EventFabric();

    @Test
    void keepsBothTablesSoundWhateverBothDo() throws Exception {
        FakeDomain one = new FakeDomain(fabric, 1, 2);
        FakeDomain two = new FakeDomain(fabric, 2, 2);
        try (ExecutorService carriers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> runs = new ArrayList<>();
            runs.add(carriers.submit(run(one, 2, 11)));
            runs.add(carriers.submit(run(two, 1, 12)));
            for (Future<Integer> run : runs) {
                assertThat(run.get()).isEqualTo(CALLS);
            }
        }
        for (FakeDomain domain : List.of(one, two)) {
            domain.events.deliverInbox();
            assertThat(domain.events.checkInvariants()).isEmpty();
        }
        two.events.destroy();
        assertThat(one.events.checkInvariants()).isEmpty();
        assertThat(one.events.list())
                .noneMatch(channel -> channel.kind().equals("interdomain")
                        && !channel.target().startsWith("domain 1 "));
    }

    private static Callable<Integer> run(FakeDomain domain, int other, int seed) {
        Random random = new Random(seed);
        EventChannels events = domain.events;
        return () -> {
            for (int i = 0; i < CALLS; i++) {
                int port = 1 + random.nextInt(40);
                switch (random.nextInt(9)) {
                    case 0 -> events.allocUnbound(DomidSpecial.SELF, other);
                    case 1 -> events.allocUnbound(DomidSpecial.SELF, DomidSpecial.SELF);
                    case 2 -> events.bindInterdomain(other, port);
                    case 3 -> events.bindInterdomain(DomidSpecial.SELF, port);
                    case 4 -> events.close(port);
                    case 5 -> events.bindVcpu(port, random.nextInt(2));
                    case 6 -> events.unmask(port);
                    case 7 -> events.deliverInbox();
                    default -> events.send(port);
                }
                if (i % 1000 == 999) {
                    events.reset(DomidSpecial.SELF);
                }
            }
            return CALLS;
        };
    }
}
