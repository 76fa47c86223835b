package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.evtchn.EventChannels;
import dev.xenolith.engine.machine.FrameType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Pages that a guest has registered with the hypervisor, which on a suspend that ends as cancelled it does not do again.
 * pebble registers none, so it is done for it here. Each is moved with every step made to fail before; then what the
 * hypervisor writes must come to where the page is now.
 */
class RegisteredPagesTest {

    /** Where pebble maps all of its memory in one line. */
    private static final long LINEAR_MAP = 0xffff_8800_0000_0000L;

    private static final int VIRQ_TIMER = 0;

    private SuspendedPebble pebble;
    private Vcpu vcpu;
    private List<Integer> pages;

    @BeforeEach
    void suspend() throws Exception {
        pebble = new SuspendedPebble();
        vcpu = pebble.guest.vcpu(0);
        pages = writablePages();
    }

    @AfterEach
    void close() {
        pebble.close();
    }

    private List<Integer> writablePages() {
        List<Integer> found = new ArrayList<>();
        pebble.memory.machine().forEachFrame(pebble.memory.owner(), mfn -> {
            boolean writable = pebble.memory.machine().table().type(mfn) == FrameType.WRITABLE;
            PageRetirement would = pebble.host.retirement().examine(mfn, Mode.EXCHANGE, false);
            if (writable && would.reason() == null) {
                found.add(mfn);
            }
        });
        // The last ones are those that pebble has never used.
        return found.reversed();
    }

    private long name(int mfn) {
        return pebble.memory.view().guestMfnOf(mfn);
    }

    private long linear(int mfn) {
        return LINEAR_MAP + (pebble.memory.m2p().get(name(mfn)) << PageSize.SHIFT);
    }

    private int move(String kind, int mfn) {
        FailingSteps passed = FailingSteps.through(pebble, kind, mfn);
        assertThat(passed.steps()).contains("held pages");
        Long to = passed.result().newMfn();
        return to == null ? -1 : to.intValue();
    }

    @Test
    void followTheFifoControlBlockAndTheEventArray() {
        EventChannels events = pebble.guest.events();
        int control = pages.get(0);
        int array = pages.get(1);
        int more = pages.get(2);
        int offset = 256;
        assertThat(events.initControl(0, name(control), offset)).isZero();
        assertThat(events.expandArray(name(array))).isZero();
        assertThat(events.expandArray(name(more))).isZero();

        int movedControl = move("FIFO control block", control);
        int movedArray = move("event array", array);
        int movedMore = move("second page of the event array", more);

        assertThat(events.state().toString())
                .contains(String.valueOf(name(movedControl)), String.valueOf(name(movedArray)))
                .contains(String.valueOf(name(movedMore)));
        events.sendVirq(VIRQ_TIMER, 0);
        int port = portOf(events, movedArray);
        assertThat(pebble.memory.readLong(movedControl, offset + EventFifo.CONTROL_READY))
                .as("queue of the default priority")
                .isEqualTo(1L << EventFifo.PRIORITY_DEFAULT);
        int head = offset + EventFifo.CONTROL_HEAD + EventFifo.PRIORITY_DEFAULT * Integer.BYTES;
        assertThat(readInt(movedControl, head)).isEqualTo(port);
        pebble.expectSound();
    }

    /** The one port whose event word in the page is pending. */
    private int portOf(EventChannels events, int array) {
        List<Integer> pending = new ArrayList<>();
        for (int port = 0; port < EventFifo.WORDS_PER_PAGE; port++) {
            if ((readInt(array, port * EventFifo.WORD_BYTES) & EventFifo.PENDING) != 0) {
                pending.add(port);
            }
        }
        assertThat(pending).as("%s", events.list()).hasSize(1);
        return pending.getFirst();
    }

    private int readInt(int mfn, int offset) {
        return (int) (pebble.memory.readLong(mfn, offset & ~7) >>> ((offset & 4) * Byte.SIZE));
    }

    @Test
    void followTheVcpuInfo() {
        int mfn = pages.get(0);
        assertThat(vcpu.info().register(name(mfn), 128)).isZero();

        int moved = move("vcpu_info", mfn);

        assertThat(vcpu.state().info().guestMfn()).isEqualTo(name(moved));
        expectWrittenAt(moved, 128 + VcpuInfo.TIME, () -> vcpu.time().write());
        pebble.goOn();
        assertThat(pebble.pebbles.printed()).contains("resume: cancelled").doesNotContain("changed:");
        pebble.expectSound();
    }

    @Test
    void followAPageThatIsRegisteredForTwoThings() {
        int mfn = pages.get(0);
        assertThat(vcpu.info().register(name(mfn), 128)).isZero();
        assertThat(pebble.guest.events().initControl(0, name(mfn), 1024)).isZero();

        int moved = move("vcpu_info and control block in one page", mfn);

        assertThat(vcpu.state().info().guestMfn()).isEqualTo(name(moved));
        assertThat(pebble.guest.events().state().toString()).contains(String.valueOf(name(moved)));
        expectWrittenAt(moved, 128 + VcpuInfo.TIME, () -> vcpu.time().write());
    }

    @Test
    void followTheRunstateAndTimeAreas() {
        int runstate = pages.get(0);
        int time = pages.get(1);
        vcpu.runstateArea().register(linear(runstate));
        vcpu.time().register(linear(time) + 512);
        long runstateAt = vcpu.runstateArea().address();

        int movedRunstate = move("runstate area", runstate);
        int movedTime = move("time area", time);

        assertThat(vcpu.runstateArea().address()).as("a virtual address").isEqualTo(runstateAt);
        expectWrittenAt(movedRunstate, 0, () -> vcpu.runstateArea().register(runstateAt));
        expectWrittenAt(movedTime, 512, () -> vcpu.time().write());
        pebble.goOn();
        pebble.expectSound();
    }

    private void expectWrittenAt(int mfn, int offset, Runnable writing) {
        for (int word = 0; word < 4; word++) {
            pebble.memory.writeLong(mfn, offset + word * Long.BYTES, 0);
        }
        writing.run();
        long written = 0;
        for (int word = 0; word < 4; word++) {
            written |= pebble.memory.readLong(mfn, offset + word * Long.BYTES);
        }
        assertThat(written).as("what the hypervisor wrote to mfn 0x%x", mfn).isNotZero();
    }
}
