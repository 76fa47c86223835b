package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.domain.GuestDomain;

/** Ways in which the guest asks Xen to behave ({@code VMASST_TYPE_*}, valid mask of 64-bit PV). */
final class VmAssistCall {

    private VmAssistCall() {}

    static long call(GuestDomain domain, int command, long type) {
        if (type < 0 || type > 63 || (VmAssist.VALID >> type & 1) == 0) {
            return -Errno.EINVAL;
        }
        long bit = 1L << type;
        switch (command) {
            case VmAssist.ENABLE -> domain.setAssists(domain.assists() | bit);
            case VmAssist.DISABLE -> domain.setAssists(domain.assists() & ~bit);
            default -> {
                return -Errno.ENOSYS;
            }
        }
        return 0;
    }
}
