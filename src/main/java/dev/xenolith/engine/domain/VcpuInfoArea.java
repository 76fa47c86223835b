package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.machine.FramePage;
import dev.xenolith.engine.machine.GuestPage;
import org.jspecify.annotations.Nullable;

/** Where a vcpu's {@code vcpu_info} lies: in the shared info page, or where the guest registered it, once and for all. */
public final class VcpuInfoArea {

    /** No frame: still in the shared info page. */
    public static final long NOT_REGISTERED = -1;

    private final GuestDomain domain;
    private final int vcpu;
    private GuestPage page;
    private int offset;
    private @Nullable FramePage registered;

    /** @param guestMfn as the guest names it, {@link #NOT_REGISTERED} for the shared info page */
    public record State(long guestMfn, int offset) {}

    VcpuInfoArea(GuestDomain domain, int vcpu) {
        this.domain = domain;
        this.vcpu = vcpu;
        // Vcpus beyond the shared info page look at the last one's until they register; they cannot be brought up
        // before.
        offset = SharedInfo.vcpuInfo(Math.min(vcpu, SharedInfo.VCPUS - 1));
        page = domain.sharedInfo();
    }

    public GuestPage page() {
        return page;
    }

    public int offset() {
        return offset;
    }

    public boolean isRegistered() {
        return registered != null;
    }

    /** Whether the vcpu has a place of its own, registered or among the first 32. */
    public boolean exists() {
        return isRegistered() || vcpu < SharedInfo.VCPUS;
    }

    /**
     * Moves it ({@code VCPUOP_register_vcpu_info}): the contents go along, upcalls stay masked as they were, and
     * everything is marked pending so that nothing that came between gets lost.
     */
    public int register(long newGuestMfn, int newOffset) {
        if (isRegistered()) {
            return -Errno.EBUSY;
        }
        if (newOffset < 0 || newOffset > PageSize.BYTES - VcpuInfo.BYTES) {
            return -Errno.ENXIO;
        }
        if ((newOffset & 7) != 0) {
            return -Errno.ENXIO;
        }
        int mfn = domain.memory().held().holdWritable(newGuestMfn);
        if (mfn < 0) {
            return mfn;
        }
        FramePage target = domain.memory().held().page(mfn);
        copyTo(target, newOffset);
        page = target;
        offset = newOffset;
        registered = target;
        domain.events().vcpuInfoMoved(vcpu);
        return 0;
    }

    private void copyTo(FramePage target, int at) {
        byte[] contents = new byte[VcpuInfo.BYTES];
        if (vcpu < SharedInfo.VCPUS) {
            page.read(offset, contents, 0, contents.length);
        } else {
            // A vcpu without a place so far begins masked, like all.
            contents[VcpuInfo.UPCALL_MASK] = 1;
        }
        target.write(at, contents, 0, contents.length);
    }

    State state() {
        FramePage own = registered;
        return new State(own == null ? NOT_REGISTERED : domain.memory().view().guestMfnOf(own.mfn()), offset);
    }

    void restore(State state) {
        offset = state.offset();
        if (state.guestMfn() != NOT_REGISTERED) {
            registered = domain.memory().held().page(domain.memory().held().holdWritable(state.guestMfn()));
            page = registered;
        }
    }
}
