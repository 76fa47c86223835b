package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.machine.FakePage;
import dev.xenolith.engine.machine.GuestPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A domain of a few vcpus that writes down what its event channels do to it. */
final class FakeDomain implements EventVcpus, EventFrames {

    final FakePage shared = new FakePage();
    final List<Integer> kicks = new ArrayList<>();
    final Map<Long, FakePage> frames = new HashMap<>();
    final List<Long> held = new ArrayList<>();
    int wakes;
    EventChannels events;
    private final int vcpus;

    FakeDomain(EventFabric fabric, int domid, int vcpus) {
        this(fabric, domid, domid, vcpus);
        events.open();
    }

    FakeDomain(EventFabric fabric, int hostDomid, int guestDomid, int vcpus) {
        this.vcpus = vcpus;
        this.events = new EventChannels(fabric, hostDomid, guestDomid, this, this, 1023);
    }

    /** A frame the guest may give for FIFO pages. */
    FakePage frame(long mfn) {
        return frames.computeIfAbsent(mfn, any -> new FakePage());
    }

    boolean pending(int port) {
        return bit(SharedInfo.EVTCHN_PENDING, port);
    }

    boolean upcall(int vcpu) {
        return shared.getByte(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.UPCALL_PENDING) != 0;
    }

    long selector(int vcpu) {
        return shared.getLong(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.PENDING_SEL);
    }

    void maskUpcalls(int vcpu, boolean masked) {
        shared.putByte(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.UPCALL_MASK, masked ? 1 : 0);
    }

    void mask(int port) {
        int word = SharedInfo.EVTCHN_MASK + port / 64 * 8;
        shared.putLong(word, shared.getLong(word) | 1L << port);
    }

    /** What a guest does in its callback: forgets the flags of one vcpu and every pending bit. */
    void acknowledge(int vcpu) {
        shared.putByte(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.UPCALL_PENDING, 0);
        shared.putLong(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.PENDING_SEL, 0);
        for (int word = 0; word < 64; word++) {
            shared.putLong(SharedInfo.EVTCHN_PENDING + word * 8, 0);
        }
        kicks.clear();
    }

    private boolean bit(int base, int port) {
        return (shared.getLong(base + port / 64 * 8) & 1L << port) != 0;
    }

    @Override
    public int count() {
        return vcpus;
    }

    @Override
    public GuestPage sharedInfo() {
        return shared;
    }

    @Override
    public GuestPage infoPage(int vcpu) {
        return shared;
    }

    @Override
    public int infoOffset(int vcpu) {
        return SharedInfo.vcpuInfo(vcpu);
    }

    @Override
    public void kick(int vcpu) {
        kicks.add(vcpu);
    }

    @Override
    public void wake() {
        wakes++;
    }

    @Override
    public @Nullable GuestPage take(long guestMfn) {
        FakePage page = frames.get(guestMfn);
        if (page != null) {
            held.add(guestMfn);
        }
        return page;
    }

    @Override
    public void release(GuestPage page) {
        held.remove(guestMfn(page));
    }

    @Override
    public long guestMfn(GuestPage page) {
        return frames.entrySet().stream()
                .filter(frame -> frame.getValue() == page)
                .findFirst()
                .orElseThrow()
                .getKey();
    }
}
