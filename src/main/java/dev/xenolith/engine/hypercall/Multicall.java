package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.Continuation;
import dev.xenolith.engine.mmu.GuestAccess;

/**
 * Many calls in one ({@code xen/common/multicall.c}). Each entry is 64 bytes: op, result, six arguments; its result is
 * written back before the next is read. A long list stops half-way and is issued again with what is left of it.
 */
final class Multicall {

    private static final int ENTRY_BYTES = 64;
    private static final int RESULT = 8;
    private static final int ARGUMENTS = 16;

    private final Hypercalls calls;
    private boolean active;

    Multicall(Hypercalls calls) {
        this.calls = calls;
    }

    long call(Vcpu vcpu, long list, int count) {
        if (active) {
            return -Errno.EINVAL;
        }
        if (!GuestAccess.isGuestArray(list, Integer.toUnsignedLong(count), ENTRY_BYTES)) {
            return -Errno.EFAULT;
        }
        active = true;
        try {
            return callAll(vcpu, list, Integer.toUnsignedLong(count));
        } finally {
            active = false;
        }
    }

    private long callAll(Vcpu vcpu, long list, long count) {
        GuestAccess guest = vcpu.guest().access();
        for (long i = 0; i < count; i++) {
            long entry = list + i * ENTRY_BYTES;
            long op = guest.readLong(entry);
            long at = entry + ARGUMENTS;
            long result = calls.call(
                    vcpu,
                    op,
                    guest.readLong(at),
                    guest.readLong(at + 8),
                    guest.readLong(at + 16),
                    guest.readLong(at + 24));
            if (op == HypercallNumber.IRET) {
                return result;
            }
            if (calls.mmu().isPreempted()) {
                Continuation rest = calls.mmu().continuation();
                guest.writeLong(at, rest.argument1());
                guest.writeLong(at + 8, rest.argument2());
                return calls.mmu().continueWith(entry, count - i);
            }
            guest.writeLong(entry + RESULT, result);
            if (!vcpu.domain().lifecycle().isRunning()) {
                return 0;
            }
            if (calls.mmu().isWorkDone() && i + 1 < count) {
                return calls.mmu().continueWith(entry + ENTRY_BYTES, count - i - 1);
            }
        }
        return 0;
    }
}
