package dev.xenolith.engine.xenstore;

import static dev.xenolith.engine.abi.XenstoreWire.CONTROL;
import static dev.xenolith.engine.abi.XenstoreWire.DIRECTORY;
import static dev.xenolith.engine.abi.XenstoreWire.DIRECTORY_PART;
import static dev.xenolith.engine.abi.XenstoreWire.GET_DOMAIN_PATH;
import static dev.xenolith.engine.abi.XenstoreWire.GET_PERMS;
import static dev.xenolith.engine.abi.XenstoreWire.INTRODUCE;
import static dev.xenolith.engine.abi.XenstoreWire.IS_DOMAIN_INTRODUCED;
import static dev.xenolith.engine.abi.XenstoreWire.MKDIR;
import static dev.xenolith.engine.abi.XenstoreWire.READ;
import static dev.xenolith.engine.abi.XenstoreWire.RELEASE;
import static dev.xenolith.engine.abi.XenstoreWire.RESUME;
import static dev.xenolith.engine.abi.XenstoreWire.RM;
import static dev.xenolith.engine.abi.XenstoreWire.SET_PERMS;
import static dev.xenolith.engine.abi.XenstoreWire.SET_TARGET;
import static dev.xenolith.engine.abi.XenstoreWire.WATCH_EVENT;
import static dev.xenolith.engine.abi.XenstoreWire.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes and permissions, asked for over the ring. */
class XenstoreNodesTest {

    private final Xenstore store = new Xenstore();
    private final Toolstack toolstack = store.toolstack();
    private final FakeGuest guest = guest(3);
    private final FakeGuest other = guest(4);

    @AfterEach
    void invariantsHold() {
        assertThat(store.checkInvariants()).isEmpty();
    }

    @Test
    void readsWhatTheToolstackWrote() {
        toolstack.write("/local/domain/3/name", "guest");
        assertThat(guest.ask(READ, "/local/domain/3/name|")).isEqualTo("guest");
        assertThat(guest.ask(READ, "name|")).isEqualTo("guest");
        assertThat(guest.ask(READ, "nothing|")).isEqualTo("error ENOENT|");
    }

    @Test
    void writesOnlyWhereItMay() {
        assertThat(guest.ask(WRITE, "data/a/b|value")).isEqualTo("OK|");
        assertThat(toolstack.read("/local/domain/3/data/a/b")).isEqualTo("value");
        assertThat(toolstack.read("/local/domain/3/data/a")).isEmpty();
        assertThat(guest.ask(GET_PERMS, "data/a/b|")).isEqualTo("n3|");
        assertThat(guest.ask(WRITE, "name|x")).isEqualTo("error EACCES|");
        assertThat(guest.ask(WRITE, "/local/domain/4/data/x|x")).isEqualTo("error EACCES|");
        assertThat(guest.ask(WRITE, "/|x")).isEqualTo("error EACCES|");
        assertThat(guest.ask(MKDIR, "newdir|")).isEqualTo("error EACCES|");
    }

    @Test
    void keepsBinaryValues() {
        guest.ask(WRITE, "data/blob|a|b||");
        assertThat(guest.ask(READ, "data/blob|")).isEqualTo("a|b||");
    }

    @Test
    void tellsNothingOfNodesItMayNotSee() {
        other.ask(WRITE, "data/secret|x");
        assertThat(guest.ask(READ, "/local/domain/4/data/secret|")).isEqualTo("error EACCES|");
        assertThat(guest.ask(READ, "/local/domain/4/data/missing|")).isEqualTo("error EACCES|");
        assertThat(guest.ask(DIRECTORY, "/local/domain/4/data|")).isEqualTo("error EACCES|");
        assertThat(guest.ask(DIRECTORY, "/local/domain|")).isEqualTo("error EACCES|");
        assertThat(guest.ask(RM, "/local/domain/4/data/secret|")).isEqualTo("error EACCES|");
    }

    @Test
    void sharesWhatItsOwnerLetsOthersSee() {
        other.ask(WRITE, "data/shared|hello");
        assertThat(other.ask(SET_PERMS, "data/shared|n4|r3|")).isEqualTo("OK|");
        assertThat(guest.ask(READ, "/local/domain/4/data/shared|")).isEqualTo("hello");
        assertThat(guest.ask(GET_PERMS, "/local/domain/4/data/shared|")).isEqualTo("n4|r3|");
        assertThat(guest.ask(WRITE, "/local/domain/4/data/shared|x")).isEqualTo("error EACCES|");
        assertThat(guest.ask(SET_PERMS, "/local/domain/4/data/shared|n4|b3|")).isEqualTo("error EACCES|");
        assertThat(other.ask(SET_PERMS, "data/shared|n4|b3|")).isEqualTo("OK|");
        assertThat(guest.ask(WRITE, "/local/domain/4/data/shared|hi")).isEqualTo("OK|");
        assertThat(other.ask(READ, "data/shared|")).isEqualTo("hi");
    }

    @Test
    void makesTheLettersOfTheFirstPermissionThoseOfEverybodyElse() {
        other.ask(WRITE, "data/open|x");
        other.ask(SET_PERMS, "data/open|r4|");
        assertThat(guest.ask(READ, "/local/domain/4/data/open|")).isEqualTo("x");
        other.ask(SET_PERMS, "data/open|r4|n3|");
        assertThat(guest.ask(READ, "/local/domain/4/data/open|")).isEqualTo("error EACCES|");
    }

    @Test
    void refusesToGiveANodeAway() {
        guest.ask(WRITE, "data/mine|x");
        assertThat(guest.ask(SET_PERMS, "data/mine|n4|")).isEqualTo("error EPERM|");
        assertThat(guest.ask(SET_PERMS, "data/mine|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(SET_PERMS, "data/mine|x3|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(SET_PERMS, "data/mine|n99999|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(SET_PERMS, "data/mine|n3|r1|r2|r4|r5|r6|")).isEqualTo("error ENOSPC|");
        assertThat(guest.ask(SET_PERMS, "name|n3|")).isEqualTo("error EACCES|");
    }

    @Test
    void removesANodeWithAllBelowIt() {
        guest.ask(WRITE, "data/a/b/c|x");
        guest.ask(WRITE, "data/a/d|y");
        assertThat(guest.ask(RM, "data/a|")).isEqualTo("OK|");
        assertThat(guest.ask(DIRECTORY, "data|")).isEmpty();
        assertThat(guest.ask(RM, "data/a|"))
                .as("gone already, its parent is there")
                .isEqualTo("OK|");
        assertThat(guest.ask(RM, "data/x/y|")).isEqualTo("error ENOENT|");
        assertThat(guest.ask(RM, "/|")).isEqualTo("error EACCES|");
    }

    @Test
    void listsChildrenInTheOrderInWhichTheyCame() {
        guest.ask(MKDIR, "data/z|");
        guest.ask(MKDIR, "data/a|");
        guest.ask(MKDIR, "data/z|");
        assertThat(guest.ask(DIRECTORY, "data|")).isEqualTo("z|a|");
        assertThat(guest.ask(DIRECTORY, "data/a|")).isEmpty();
    }

    @Test
    void refusesNamesThatAreNone() {
        for (String bad : List.of("/a//b|", "data/|", "/data/|", "a b|", "a.b|", "data/\u00e9|", "@x|", "|", "x")) {
            assertThat(guest.ask(READ, bad)).as(bad).isEqualTo("error EINVAL|");
        }
        assertThat(guest.ask(READ, "a|b|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(WRITE, "no-nul")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(READ, "data/" + "a".repeat(2043) + "|")).isEqualTo("error ENOENT|");
        assertThat(guest.ask(READ, "data/" + "a".repeat(2044) + "|")).isEqualTo("error EINVAL|");
    }

    @Test
    void refusesWhatOnlyTheControlDomainMayAsk() {
        for (int type : new int[] {CONTROL, INTRODUCE, RELEASE, RESUME, SET_TARGET, IS_DOMAIN_INTRODUCED}) {
            assertThat(guest.ask(type, "4|")).isEqualTo("error EACCES|");
        }
        assertThat(guest.ask(GET_PERMS, "@releaseDomain|")).isEqualTo("error EACCES|");
        assertThat(guest.ask(SET_PERMS, "@releaseDomain|r3|")).isEqualTo("error EACCES|");
    }

    @Test
    void answersENOSYSToWhatIsNoRequest() {
        for (int type : new int[] {WATCH_EVENT, 16, 20, 23, 24, 999, -1}) {
            assertThat(guest.ask(type, "x|")).isEqualTo("error ENOSYS|");
        }
    }

    @Test
    void givesADomainsPath() {
        assertThat(guest.ask(GET_DOMAIN_PATH, "7|")).isEqualTo("/local/domain/7|");
        assertThat(guest.ask(GET_DOMAIN_PATH, "007|")).isEqualTo("/local/domain/7|");
        assertThat(guest.ask(GET_DOMAIN_PATH, "x|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(GET_DOMAIN_PATH, "99999|")).isEqualTo("error EINVAL|");
    }

    @Test
    void boundsTheNodesOfADomain() {
        int made = 0;
        while (guest.ask(MKDIR, "data/d" + made / 100 + "/n" + made % 100 + "|").equals("OK|")) {
            made++;
            assertThat(made).isLessThan(2000);
        }
        assertThat(guest.ask(MKDIR, "data/one-more|")).isEqualTo("error ENOSPC|");
        assertThat(other.ask(MKDIR, "data/mine|"))
                .as("another domain's quota is its own")
                .isEqualTo("OK|");
        assertThat(guest.ask(RM, "data/d0|")).isEqualTo("OK|");
        assertThat(guest.ask(MKDIR, "data/one-more|")).isEqualTo("OK|");
    }

    @Test
    void leavesNothingOfAPathThatDoesNotFit() {
        Xenstore small = new Xenstore(new Quota(10, 2048, 128, 10, 1024, 5, 20, 1 << 20));
        small.toolstack().mkdir("/local/domain/9/data", Permission.none(9));
        FakeGuest cramped = new FakeGuest(small, 9);
        assertThat(cramped.ask(MKDIR, "data/a/b/c/d/e/f/g/h/i/j/k|")).isEqualTo("error ENOSPC|");
        assertThat(cramped.ask(DIRECTORY, "data|")).isEmpty();
        assertThat(small.checkInvariants()).isEmpty();
    }

    @Test
    void boundsTheSizeOfANode() {
        assertThat(guest.ask(WRITE, "data/big|" + "x".repeat(2024))).isEqualTo("OK|");
        assertThat(guest.ask(WRITE, "data/big|" + "x".repeat(2025))).isEqualTo("error ENOSPC|");
        assertThat(guest.ask(READ, "data/big|")).hasSize(2024);
    }

    @Test
    void boundsTheBytesOfADomain() {
        Xenstore small = new Xenstore(new Quota(1000, 2048, 128, 10, 1024, 5, 20, 20_000));
        small.toolstack().mkdir("/local/domain/9/data", Permission.none(9));
        FakeGuest cramped = new FakeGuest(small, 9);
        int written = 0;
        while (cramped.ask(WRITE, "data/" + written + "|" + "x".repeat(1500)).equals("OK|")) {
            written++;
            assertThat(written).isLessThan(20);
        }
        assertThat(cramped.ask(WRITE, "data/more|" + "x".repeat(1500))).isEqualTo("error ENOMEM|");
        assertThat(cramped.ask(RM, "data/0|")).isEqualTo("OK|");
        assertThat(cramped.ask(WRITE, "data/more|" + "x".repeat(1500))).isEqualTo("OK|");
    }

    @Test
    void answersAListInPartsWhenItIsLong() {
        toolstack.mkdir("/local/domain/3/many", Permission.none(0), Permission.readable(3));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            names.add("child-number-" + i);
            toolstack.mkdir("/local/domain/3/many/" + names.getLast());
        }
        assertThat(guest.ask(DIRECTORY, "many|")).isEqualTo("error E2BIG|");
        StringBuilder all = new StringBuilder();
        String generation = "";
        boolean more = true;
        while (more) {
            String part = guest.ask(DIRECTORY_PART, "many|" + all.length() + "|");
            int nul = part.indexOf('|');
            assertThat(generation.isEmpty() || generation.equals(part.substring(0, nul)))
                    .isTrue();
            generation = part.substring(0, nul);
            more = !part.endsWith("||");
            all.append(part, nul + 1, part.length() - (more ? 0 : 1));
        }
        assertThat(Arrays.asList(all.toString().split("\\|"))).isEqualTo(names);
        assertThat(guest.ask(DIRECTORY_PART, "many|1000000|")).isEqualTo(generation + "||");
        assertThat(guest.ask(DIRECTORY_PART, "many|-1|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(DIRECTORY_PART, "many|")).isEqualTo("error EINVAL|");
    }

    @Test
    void removesEveryTraceOfADomainThatEnds() {
        toolstack.write("/local/domain/0/backend/vbd/3/51712/state", "1");
        toolstack.mkdir("/shared", new Permission(0, true, true));
        guest.ask(WRITE, "/shared/mine|x");
        other.ask(WRITE, "data/for3|x");
        other.ask(SET_PERMS, "data/for3|n4|r3|");
        store.release(guest.names);
        assertThat(toolstack.read("/local/domain/3")).isNull();
        assertThat(toolstack.read("/local/domain/0/backend/vbd/3")).isNull();
        assertThat(toolstack.read("/shared/mine")).isNull();
        assertThat(toolstack.read("/shared")).isNotNull();
        assertThat(other.ask(GET_PERMS, "data/for3|")).isEqualTo("n4|");
        assertThat(new FakeGuest(store, 3).ask(READ, "/local/domain/4/data/for3|"))
                .isEqualTo("error EACCES|");
    }

    @Test
    void refusesNonsenseFromTheToolstackLoudly() {
        assertThatThrownBy(() -> toolstack.write("relative", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> toolstack.write("/a//b", "x")).isInstanceOf(IllegalArgumentException.class);
        toolstack.remove("/not/there");
    }

    private FakeGuest guest(int domid) {
        String home = "/local/domain/" + domid;
        toolstack.mkdir(home, Permission.none(0), Permission.readable(domid));
        toolstack.mkdir(home + "/data", Permission.none(domid));
        return new FakeGuest(store, domid);
    }
}
