package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.machine.FakePage;
import dev.xenolith.engine.machine.GuestPage;
import org.jspecify.annotations.Nullable;

/** The least domain that event channels can belong to, for tests of what uses them. */
public final class OneVcpu implements EventVcpus, EventFrames {

    private final FakePage shared = new FakePage();
    private int kicks;

    public int kicks() {
        return kicks;
    }

    @Override
    public int count() {
        return 1;
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
        return 0;
    }

    @Override
    public void kick(int vcpu) {
        kicks++;
    }

    @Override
    public void wake() {}

    @Override
    public @Nullable GuestPage take(long guestMfn) {
        return null;
    }

    @Override
    public void release(GuestPage page) {}

    @Override
    public long guestMfn(GuestPage page) {
        return 0;
    }
}
