package dev.xenolith.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.abi.ConsoleRing;
import dev.xenolith.engine.abi.XenstoreRing;
import dev.xenolith.engine.abi.XenstoreWire;
import dev.xenolith.engine.evtchn.EventChannels;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.evtchn.OneVcpu;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.xenstore.DomainDirectory;
import dev.xenolith.engine.xenstore.GuestNames;
import dev.xenolith.engine.xenstore.Xenstore;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A new domain's store and console over frames of a machine. */
class DomainBackendsTest {

    private static final String UUID = "11111111-2222-3333-4444-555555555555";
    private static final int DOMID = 3;

    private final Machine machine = new Machine(512);
    private final DomainMemory memory = new DomainMemory(machine, DOMID, 64);
    private final OneVcpu vcpu = new OneVcpu();
    private final EventChannels events = new EventChannels(new EventFabric(), DOMID, DOMID, vcpu, vcpu, 1023);
    private final Grants grants = new Grants(memory, DOMID, 4, domid -> false);
    private final Xenstore store = new Xenstore();
    private final StringBuilder printed = new StringBuilder();
    private final int storeFrame = memory.allocate(0);
    private final int consoleFrame = memory.allocate(0);
    private final int storePort = events.backends().alloc();
    private final int consolePort = events.backends().alloc();

    DomainBackendsTest() {
        assertThat(grants.create()).isTrue();
    }

    @AfterEach
    void endSound() {
        assertThat(memory.checkInvariants()).isEmpty();
        assertThat(grants.checkInvariants()).isEmpty();
        assertThat(store.checkInvariants()).isEmpty();
        machine.close();
    }

    @Test
    void furnishesANewDomain() {
        DomainBackends backends = create(storePort, consolePort, storeFrame);
        memory.writeInt(consoleFrame, ConsoleRing.OUT, 'h' | 'i' << 8);
        memory.writeInt(consoleFrame, ConsoleRing.OUT_PROD, 2);
        events.send(consolePort);
        assertThat(printed.toString()).isEqualTo("hi");
        assertThat(backends.consoleInput(new byte[] {'x'})).isEqualTo(1);
        assertThat(memory.readByte(consoleFrame, ConsoleRing.IN)).isEqualTo((byte) 'x');
        assertThat(askName()).isEqualTo("guest");
        assertThat(store.toolstack().read("/local/domain/3/console/port")).isEqualTo("" + consolePort);
        assertThat(grants.list())
                .hasSize(2)
                .allSatisfy(grant -> assertThat(grant.mappings()).isEqualTo(1));
        assertThat(backends.describe()).extracting("state").containsOnly("connected");
        assertThat(backends.work()).isFalse();
    }

    @Test
    void keepsItsRingsFromBecomingPageTables() {
        create(storePort, consolePort, storeFrame);
        assertThat(memory.held().holdWritable(memory.view().guestMfnOf(storeFrame)))
                .isEqualTo(storeFrame);
        memory.held().releaseWritable(storeFrame);
        assertThat(machine.table().typeCount(storeFrame)).isEqualTo(1);
    }

    @Test
    void leavesNothingInTheStoreWhenItCannotFurnish() {
        assertThatThrownBy(() -> create(storePort, 77, storeFrame))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("console");
        assertThat(store.toolstack().read("/local/domain/3")).isNull();
        assertThat(store.toolstack().read("/vm/" + UUID)).isNull();
    }

    @Test
    void refusesARingThatIsNoFrameOfTheDomain() {
        assertThatThrownBy(() -> create(storePort, consolePort, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grant ref 1");
        assertThat(store.toolstack().list("/local/domain")).containsExactly("0");
    }

    @Test
    void leavesNothingWhenItIsReleased() {
        DomainBackends backends = create(storePort, consolePort, storeFrame);
        backends.release();
        assertThat(store.toolstack().list("/local/domain")).containsExactly("0");
        assertThat(store.toolstack().list("/local/domain/0/backend/console")).isEmpty();
    }

    private DomainBackends create(int storeAt, int consoleAt, int storeMfn) {
        GuestNames names = new GuestNames(DOMID, DOMID, UUID, UUID);
        return DomainBackends.create(
                new DomainBackends.Site(store, names, grants, events.backends(), this::print, () -> {}),
                new DomainDirectory.Spec(
                        names, UUID, "guest", 256, 256, 1, 1, storeAt, storeMfn, consoleAt, consoleFrame));
    }

    private void print(byte[] bytes, int offset, int length) {
        printed.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
    }

    private String askName() {
        byte[] path = "name\0".getBytes(StandardCharsets.ISO_8859_1);
        memory.writeInt(storeFrame, XenstoreWire.HEADER_TYPE, XenstoreWire.READ);
        memory.writeInt(storeFrame, XenstoreWire.HEADER_LEN, path.length);
        memory.write(storeFrame, XenstoreWire.HEADER_BYTES, path, 0, path.length);
        memory.writeInt(storeFrame, XenstoreRing.REQ_PROD, XenstoreWire.HEADER_BYTES + path.length);
        events.send(storePort);
        byte[] answer = new byte[memory.readInt(storeFrame, XenstoreRing.RSP + XenstoreWire.HEADER_LEN)];
        memory.read(storeFrame, XenstoreRing.RSP + XenstoreWire.HEADER_BYTES, answer, 0, answer.length);
        return new String(answer, StandardCharsets.ISO_8859_1);
    }
}
