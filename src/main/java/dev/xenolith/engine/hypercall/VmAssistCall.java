package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.domain.GuestDomain;

/** Ways in which the guest asks Xen to behave ({@code VMASST_TYPE_*}, valid mask of 64-bit PV). */
final class VmAssistCall {

    private static final long VALID = 1L << VmAssist.FOUR_GB_SEGMENTS
            | 1L << VmAssist.FOUR_GB_SEGMENTS_NOTIFY
            | 1L << VmAssist.WRITABLE_PAGETABLES
            | 1L << VmAssist.PAE_EXTENDED_CR3
            | 1L << VmAssist.ARCHITECTURAL_IOPL
            | 1L << VmAssist.RUNSTATE_UPDATE_FLAG
            | 1L << VmAssist.M2P_STRICT;

    private VmAssistCall() {}

    static long call(GuestDomain domain, int command, long type) {
        if (type < 0 || type > 63 || (VALID >> type & 1) == 0) {
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
