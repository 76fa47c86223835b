package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.machine.GuestPage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The new shared info page from the saved one ({@code handle_shared_info}): vcpu_info and what the guest published of its
 * p2m come over; no event is pending, every port is masked, and the frame lists, whose numbers mean nothing here, are the
 * guest's to publish again. The wall clock is the host's.
 */
final class SharedInfoUpdate {

    private SharedInfoUpdate() {}

    static void run(byte[] saved, GuestPage page) {
        ByteBuffer info = ByteBuffer.wrap(saved.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int vcpu = 0; vcpu < SharedInfo.VCPUS; vcpu++) {
            info.putLong(SharedInfo.vcpuInfo(vcpu) + VcpuInfo.PENDING_SEL, 0);
        }
        info.putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, 0);
        page.write(0, info.array(), 0, SharedInfo.EVTCHN_PENDING);
        int arch = SharedInfo.ARCH_MAX_PFN;
        page.write(arch, info.array(), arch, SharedInfo.BYTES - arch);
        int bitmap = SharedInfo.EVTCHN_MASK - SharedInfo.EVTCHN_PENDING;
        byte[] bits = new byte[bitmap];
        page.write(SharedInfo.EVTCHN_PENDING, bits, 0, bitmap);
        Arrays.fill(bits, (byte) 0xff);
        page.write(SharedInfo.EVTCHN_MASK, bits, 0, bitmap);
    }
}
