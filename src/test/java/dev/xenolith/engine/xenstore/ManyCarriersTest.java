package dev.xenolith.engine.xenstore;

import static dev.xenolith.engine.abi.XenstoreWire.MKDIR;
import static dev.xenolith.engine.abi.XenstoreWire.RESET_WATCHES;
import static dev.xenolith.engine.abi.XenstoreWire.RM;
import static dev.xenolith.engine.abi.XenstoreWire.SET_PERMS;
import static dev.xenolith.engine.abi.XenstoreWire.TRANSACTION_END;
import static dev.xenolith.engine.abi.XenstoreWire.WATCH;
import static dev.xenolith.engine.abi.XenstoreWire.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Guests on several carriers and a toolstack, all in one store at once. */
class ManyCarriersTest {

    private static final int GUESTS = 3;
    private static final int REQUESTS = 3000;

    private final Xenstore store = new Xenstore();

    @Test
    void keepsTheStoreSoundAndEveryAnswerInItsPlace() throws Exception {
        List<FakeGuest> guests = new ArrayList<>();
        for (int domid = 1; domid <= GUESTS; domid++) {
            String home = "/local/domain/" + domid;
            store.toolstack().mkdir(home, Permission.none(0), Permission.readable(domid));
            store.toolstack().mkdir(home + "/data", Permission.none(domid));
            guests.add(new FakeGuest(store, domid));
        }
        try (ExecutorService carriers = Executors.newFixedThreadPool(GUESTS + 1)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (FakeGuest guest : guests) {
                runs.add(carriers.submit(run(guest)));
            }
            runs.add(carriers.submit(this::toolstack));
            for (Future<Integer> run : runs) {
                assertThat(run.get()).isZero();
            }
        }
        assertThat(store.checkInvariants()).isEmpty();
        for (FakeGuest guest : guests) {
            assertThat(guest.ring.disconnected()).isNull();
            store.release(guest.names);
        }
        assertThat(store.checkInvariants()).isEmpty();
        assertThat(store.toolstack().list("/local/domain")).containsExactly("0");
    }

    /** How many requests went without an answer. */
    private static Callable<Integer> run(FakeGuest guest) {
        Random random = new Random(guest.names.hostDomid());
        return () -> {
            int lost = 0;
            int open = 0;
            for (int i = 0; i < REQUESTS; i++) {
                String path = "data/n" + random.nextInt(30);
                int in = random.nextInt(3) == 0 ? open : 0;
                String answer = switch (random.nextInt(9)) {
                    case 0 -> guest.ask(MKDIR, in, path + "/below|");
                    case 1 -> guest.ask(RM, in, path + "|");
                    case 2 -> guest.ask(WATCH, path + "|token" + random.nextInt(9) + "|");
                    case 3 -> guest.ask(SET_PERMS, in, path + "|n" + guest.names.hostDomid() + "|r1|r2|r3|");
                    case 4 -> guest.ask(WATCH, "/local/domain/" + (1 + random.nextInt(GUESTS)) + "/data|t|");
                    case 5 -> random.nextInt(20) == 0 ? guest.ask(RESET_WATCHES, "|") : "OK|";
                    case 6 -> {
                        String ended = guest.ask(TRANSACTION_END, open, "T|");
                        open = 0;
                        yield ended;
                    }
                    default -> guest.ask(WRITE, in, path + "|value" + i);
                };
                lost += answer.equals("no answer") ? 1 : 0;
                if (open == 0 && random.nextInt(10) == 0) {
                    open = guest.begin();
                }
            }
            return lost;
        };
    }

    private int toolstack() {
        Toolstack toolstack = store.toolstack();
        Random random = new Random(7);
        for (int i = 0; i < REQUESTS; i++) {
            String home = "/local/domain/" + (1 + random.nextInt(GUESTS));
            toolstack.write(home + "/data/n" + random.nextInt(30), "from the toolstack");
            store.list(1 + random.nextInt(GUESTS));
        }
        return 0;
    }
}
