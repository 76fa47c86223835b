package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.machine.Machine;

/**
 * Whose memory a hypercall is about ({@code get_pg_owner} in {@code xen/common/page_alloc.c}, and what an unprivileged
 * domain may do to it). A domain's own number is refused where a foreign one is expected; it must say DOMID_SELF.
 */
final class ForeignDomain {

    private final DomainMemory memory;

    ForeignDomain(DomainMemory memory) {
        this.memory = memory;
    }

    /** 0 for the calling domain and for DOMID_IO, or −errno. */
    int check(int domid) {
        if (domid == DomidSpecial.SELF || domid == DomidSpecial.IO) {
            return 0;
        }
        return domid != memory.guestDomid() && (domid == DomidSpecial.XEN || exists(domid))
                ? -Errno.EPERM
                : -Errno.ESRCH;
    }

    /** The same for calls that take the caller's own number, too; {@code absent} when there is no such domain. */
    int checkTarget(int domid) {
        if (domid == DomidSpecial.SELF || domid == memory.guestDomid()) {
            return 0;
        }
        return exists(domid) ? -Errno.EPERM : -Errno.ESRCH;
    }

    private boolean exists(int domid) {
        Machine machine = memory.machine();
        return domid < DomidSpecial.FIRST_RESERVED
                && domid != memory.guestDomid()
                && (domid == 0 || machine.hasOwner(domid));
    }
}
