package dev.xenolith.engine.grant;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.GrantStatus;
import java.util.function.IntPredicate;

/**
 * Whom a guest means by a domid. It may act on itself; that it knows of others is told as Xen does.
 *
 * @param self what the guest believes to be called
 * @param others whether the host has another domain of that id; the control domain always is
 */
record GrantDomains(int self, IntPredicate others) {

    boolean isSelf(int domid) {
        return domid == DomidSpecial.SELF || domid == self;
    }

    boolean exists(int domid) {
        return isSelf(domid) || domid == ActiveGrants.BACKEND_DOMID || others.test(domid);
    }

    int status(int domid) {
        if (isSelf(domid)) {
            return GrantStatus.OKAY;
        }
        return exists(domid) ? GrantStatus.PERMISSION_DENIED : GrantStatus.BAD_DOMAIN;
    }

    int errno(int domid) {
        if (isSelf(domid)) {
            return 0;
        }
        return exists(domid) ? -Errno.EPERM : -Errno.ESRCH;
    }
}
