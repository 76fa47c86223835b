package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.machine.GuestPage;

/** Tells a vcpu that there is an event for it: the upcall flag in its {@code vcpu_info}, the kick, and the pollers. */
final class Upcalls {

    private final EventVcpus vcpus;
    private final Polls polls;

    Upcalls(EventVcpus vcpus) {
        this.vcpus = vcpus;
        this.polls = new Polls(vcpus.count());
    }

    EventVcpus vcpus() {
        return vcpus;
    }

    Polls polls() {
        return polls;
    }

    /** Sets the upcall flag; a vcpu that was told before and has not looked yet is not kicked again. */
    void mark(int vcpu) {
        GuestPage info = vcpus.infoPage(vcpu);
        int flag = vcpus.infoOffset(vcpu) + VcpuInfo.UPCALL_PENDING;
        if (info.getByte(flag) != 0) {
            return;
        }
        info.putByte(flag, 1);
        polls.end(vcpu);
        vcpus.kick(vcpu);
    }

    /** Everything pending, for a vcpu whose {@code vcpu_info} has just moved: nothing may get lost between the places. */
    void markEverything(int vcpu) {
        vcpus.infoPage(vcpu).putLong(vcpus.infoOffset(vcpu) + VcpuInfo.PENDING_SEL, -1L);
        mark(vcpu);
    }

    boolean due(int vcpu) {
        GuestPage info = vcpus.infoPage(vcpu);
        int at = vcpus.infoOffset(vcpu);
        return info.getByte(at + VcpuInfo.UPCALL_PENDING) != 0 && info.getByte(at + VcpuInfo.UPCALL_MASK) == 0;
    }

    /** Wakes whoever polls for this port, or for several. */
    void wakePollers(int port) {
        if (polls.none()) {
            return;
        }
        for (int vcpu = 0; vcpu < vcpus.count(); vcpu++) {
            int polled = polls.port(vcpu);
            if (polled == Polls.ANY || (polled == port && polled != Polls.NONE)) {
                polls.end(vcpu);
                vcpus.kick(vcpu);
            }
        }
    }
}
