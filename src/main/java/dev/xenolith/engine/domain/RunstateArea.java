package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.VcpuOp;
import dev.xenolith.engine.sched.Runstate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The copy of a vcpu's runstate in its guest's memory, at a virtual address of the guest's kernel. No vcpu of the domain
 * runs while it is written, so the update flag of {@code VMASST_TYPE_runstate_update_flag} would never be seen set.
 */
public final class RunstateArea {

    private final Vcpu vcpu;
    private long address;
    private final byte[] bytes = new byte[VcpuOp.RUNSTATE_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    RunstateArea(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    public long address() {
        return address;
    }

    public void register(long va) {
        address = va;
        write();
    }

    void write() {
        if (address != 0) {
            // An address that went bad is the guest's own loss, as in Xen.
            vcpu.guest().tryCopyOut(address, encode(vcpu.runstate().entered()), bytes.length);
        }
    }

    /** The bytes of struct vcpu_runstate_info, with times up to {@code now}. */
    public byte[] encode(long now) {
        Runstate runstate = vcpu.runstate();
        buffer.putInt(VcpuOp.RUNSTATE_STATE, runstate.current());
        buffer.putLong(VcpuOp.RUNSTATE_ENTRY_TIME, runstate.entered());
        for (int state = Runstate.RUNNING; state <= Runstate.OFFLINE; state++) {
            buffer.putLong(VcpuOp.RUNSTATE_TIMES + 8 * state, runstate.spent(state, now));
        }
        return bytes;
    }

    void restore(long va) {
        address = va;
    }
}
