package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.domain.Vcpu;

/** grant_table_op of one domain. */
@FunctionalInterface
public interface GrantCalls {

    long call(Vcpu vcpu, int command, long array, int count);

    /** Of a domain without a grant table. */
    GrantCalls NONE = (vcpu, command, array, count) -> -Errno.ENOSYS;
}
