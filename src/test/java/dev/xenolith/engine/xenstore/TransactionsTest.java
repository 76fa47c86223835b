package dev.xenolith.engine.xenstore;

import static dev.xenolith.engine.abi.XenstoreWire.DIRECTORY;
import static dev.xenolith.engine.abi.XenstoreWire.MKDIR;
import static dev.xenolith.engine.abi.XenstoreWire.READ;
import static dev.xenolith.engine.abi.XenstoreWire.RESET_WATCHES;
import static dev.xenolith.engine.abi.XenstoreWire.RM;
import static dev.xenolith.engine.abi.XenstoreWire.TRANSACTION_END;
import static dev.xenolith.engine.abi.XenstoreWire.TRANSACTION_START;
import static dev.xenolith.engine.abi.XenstoreWire.WATCH;
import static dev.xenolith.engine.abi.XenstoreWire.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {

    private final Xenstore store = new Xenstore();
    private final Toolstack toolstack = store.toolstack();
    private final FakeGuest guest;

    TransactionsTest() {
        toolstack.mkdir("/local/domain/3", Permission.none(0), Permission.readable(3));
        toolstack.mkdir("/local/domain/3/data", Permission.none(3));
        guest = new FakeGuest(store, 3);
        guest.ask(WRITE, "data/a|1");
    }

    @AfterEach
    void invariantsHold() {
        assertThat(store.checkInvariants()).isEmpty();
    }

    @Test
    void showsItsWritesToItselfUntilItCommits() {
        int id = guest.begin();
        assertThat(guest.ask(WRITE, id, "data/a|2")).isEqualTo("OK|");
        assertThat(guest.ask(WRITE, id, "data/b/c|3")).isEqualTo("OK|");
        assertThat(guest.ask(READ, id, "data/a|")).isEqualTo("2");
        assertThat(guest.ask(DIRECTORY, id, "data|")).isEqualTo("a|b|");
        assertThat(guest.ask(READ, "data/a|")).isEqualTo("1");
        assertThat(guest.ask(DIRECTORY, "data|")).isEqualTo("a|");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("OK|");
        assertThat(guest.ask(READ, "data/a|")).isEqualTo("2");
        assertThat(guest.ask(READ, "data/b/c|")).isEqualTo("3");
    }

    @Test
    void leavesNothingWhenItIsAborted() {
        int id = guest.begin();
        guest.ask(WRITE, id, "data/a|2");
        guest.ask(RM, id, "data/a|");
        assertThat(guest.ask(TRANSACTION_END, id, "F|")).isEqualTo("OK|");
        assertThat(guest.ask(READ, "data/a|")).isEqualTo("1");
        assertThat(guest.ask(READ, id, "data/a|")).isEqualTo("error ENOENT|");
    }

    @Test
    void failsWhenWhatItReadHasChanged() {
        int id = guest.begin();
        guest.ask(READ, id, "data/a|");
        guest.ask(WRITE, id, "data/b|2");
        guest.ask(WRITE, "data/a|other");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("error EAGAIN|");
        assertThat(guest.ask(READ, "data/b|")).isEqualTo("error ENOENT|");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).as("it is gone").isEqualTo("error ENOENT|");
    }

    @Test
    void failsWhenWhatItReadAsMissingHasCome() {
        int id = guest.begin();
        assertThat(guest.ask(READ, id, "data/new|")).isEqualTo("error ENOENT|");
        guest.ask(WRITE, "data/new|x");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("error EAGAIN|");
    }

    @Test
    void failsWhenWhatItReadHasGone() {
        int id = guest.begin();
        guest.ask(READ, id, "data/a|");
        guest.ask(RM, "data/a|");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("error EAGAIN|");
    }

    @Test
    void doesNotMindChangesElsewhere() {
        int id = guest.begin();
        guest.ask(READ, id, "data/a|");
        toolstack.write("/local/domain/3/name", "renamed");
        guest.ask(WRITE, id, "data/a|2");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("OK|");
    }

    @Test
    void letsTheFirstOfTwoThatCollideWin() {
        int first = guest.begin();
        int second = guest.begin();
        guest.ask(WRITE, first, "data/x|1");
        guest.ask(WRITE, second, "data/y|2");
        assertThat(guest.ask(TRANSACTION_END, second, "T|")).isEqualTo("OK|");
        assertThat(guest.ask(TRANSACTION_END, first, "T|")).isEqualTo("error EAGAIN|");
        assertThat(guest.ask(DIRECTORY, "data|")).isEqualTo("a|y|");
    }

    @Test
    void makesNothingOfANodeCreatedAndRemovedWithin() {
        int id = guest.begin();
        guest.ask(MKDIR, id, "data/brief/child|");
        assertThat(guest.ask(RM, id, "data/brief|")).isEqualTo("OK|");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("OK|");
        assertThat(guest.ask(DIRECTORY, "data|")).isEqualTo("a|");
    }

    @Test
    void firesWatchesWhenItCommitsAndNotBefore() {
        guest.ask(WATCH, "data|token|");
        guest.receive();
        int id = guest.begin();
        guest.ask(WRITE, id, "data/a|2");
        guest.ask(MKDIR, id, "data/n|");
        assertThat(guest.receiveEvents()).isEmpty();
        guest.send(TRANSACTION_END, id, "T|");
        assertThat(guest.receiveEvents()).containsExactly("data/a|token|", "data/n|token|");
        int aborted = guest.begin();
        guest.ask(WRITE, aborted, "data/a|3");
        guest.send(TRANSACTION_END, aborted, "F|");
        assertThat(guest.receiveEvents()).isEmpty();
    }

    @Test
    void refusesWhatIsNoTransaction() {
        assertThat(guest.ask(READ, 77, "data/a|")).isEqualTo("error ENOENT|");
        assertThat(guest.ask(TRANSACTION_END, "T|")).isEqualTo("error ENOENT|");
        int id = guest.begin();
        assertThat(guest.ask(TRANSACTION_START, id, "|")).isEqualTo("error EBUSY|");
        assertThat(guest.ask(TRANSACTION_END, id, "X|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(TRANSACTION_END, id, "T")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("OK|");
    }

    @Test
    void boundsOpenTransactions() {
        for (int i = 0; i < 10; i++) {
            assertThat(guest.begin()).isPositive();
        }
        assertThat(guest.ask(TRANSACTION_START, "|")).isEqualTo("error ENOSPC|");
        assertThat(guest.ask(RESET_WATCHES, "|")).isEqualTo("OK|");
        assertThat(guest.begin()).isPositive();
    }

    @Test
    void boundsTheNodesATransactionTouches() {
        int id = guest.begin();
        int i = 0;
        while (!guest.ask(READ, id, "data/n" + i + "|").equals("error ENOSPC|")) {
            assertThat(++i).isLessThan(1100);
        }
        assertThat(guest.ask(TRANSACTION_END, id, "T|")).isEqualTo("error ENOMEM|");
    }

    @Test
    void holdsADomainToItsNodesWhenItCommits() {
        int first = guest.begin();
        for (int i = 0; i < 600; i++) {
            assertThat(guest.ask(MKDIR, first, "data/n/x" + i % 10 + "/" + i + "|"))
                    .isEqualTo("OK|");
        }
        for (int i = 0; i < 600; i++) {
            guest.ask(MKDIR, "data/m/x" + i % 10 + "/" + i + "|");
        }
        guest.ask(RM, "data/nothing|");
        assertThat(guest.ask(TRANSACTION_END, first, "T|")).isEqualTo("error ENOSPC|");
        assertThat(guest.ask(READ, "data/n|")).isEqualTo("error ENOENT|");
    }
}
