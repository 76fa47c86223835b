package dev.xenolith.engine.domain;

import dev.xenolith.engine.evtchn.EventFrames;
import dev.xenolith.engine.evtchn.EventVcpus;
import dev.xenolith.engine.machine.FramePage;
import dev.xenolith.engine.machine.GuestPage;
import org.jspecify.annotations.Nullable;

/** What event channels need of the domain: where its vcpus look, and how they are woken. */
final class DomainEvents implements EventVcpus, EventFrames {

    private final GuestDomain domain;

    DomainEvents(GuestDomain domain) {
        this.domain = domain;
    }

    @Override
    public int count() {
        return domain.vcpuCount();
    }

    @Override
    public GuestPage sharedInfo() {
        return domain.sharedInfo();
    }

    @Override
    public GuestPage infoPage(int vcpu) {
        return domain.vcpu(vcpu).info().page();
    }

    @Override
    public int infoOffset(int vcpu) {
        return domain.vcpu(vcpu).info().offset();
    }

    @Override
    public void kick(int vcpu) {
        domain.vcpu(vcpu).unblock();
        domain.rounds().kicked(domain.vcpu(vcpu));
    }

    @Override
    public void wake() {
        domain.wake();
    }

    @Override
    public @Nullable GuestPage take(long guestMfn) {
        int mfn = domain.memory().held().holdWritable(guestMfn);
        return mfn < 0 ? null : domain.memory().held().page(mfn);
    }

    @Override
    public void release(GuestPage page) {
        domain.memory().held().releaseWritable(((FramePage) page).mfn());
    }

    @Override
    public long guestMfn(GuestPage page) {
        return domain.memory().view().guestMfnOf(((FramePage) page).mfn());
    }
}
