package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.CallbackOp;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PvSelector;
import dev.xenolith.engine.abi.TrapInfo;
import dev.xenolith.engine.domain.Callbacks;
import dev.xenolith.engine.domain.TrapTable;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.GuestAccess;

/** Where the guest's kernel wants to be entered: trap table and callbacks ({@code xen/arch/x86/pv/callback.c}). */
final class TrapCalls {

    private static final int NMI_VECTOR = 2;
    private static final long MAX_TABLE_BYTES = 4096L * TrapInfo.BYTES;
    private static final int XENNMI_REGISTER = 0;
    private static final int XENNMI_UNREGISTER = 1;

    private TrapCalls() {}

    static boolean isCanonical(long address) {
        return (address << 16) >> 16 == address;
    }

    /** Guests run at ring 3: no selector of theirs asks for less. */
    static int fixSelector(int selector) {
        return selector | 3;
    }

    /** Entries up to one with address 0; no table at all clears it. */
    static long setTrapTable(Vcpu vcpu, long table) {
        TrapTable traps = vcpu.traps();
        if (table == 0) {
            traps.clear();
            return 0;
        }
        GuestAccess guest = vcpu.guest().access();
        for (long entry = table; entry < table + MAX_TABLE_BYTES; entry += TrapInfo.BYTES) {
            long address = guest.readLong(entry + TrapInfo.ADDRESS);
            int head = guest.readInt(entry);
            if (address == 0) {
                return 0;
            }
            if (!isCanonical(address)) {
                return -Errno.EINVAL;
            }
            traps.set(head & 0xff, (head >> 8) & 0xff, fixSelector(head >>> 16), address);
        }
        // Xen would go on for as long as memory is mapped; nobody has more handlers than vectors in earnest.
        return -Errno.EINVAL;
    }

    static long setCallbacks(Vcpu vcpu, long event, long failsafe, long syscall) {
        // Xen takes the good ones and says nothing of the others.
        register(vcpu, CallbackOp.EVENT, 0, event);
        register(vcpu, CallbackOp.FAILSAFE, 0, failsafe);
        register(vcpu, CallbackOp.SYSCALL, 0, syscall);
        return 0;
    }

    static long callbackOp(Vcpu vcpu, int command, long argument) {
        GuestAccess guest = vcpu.guest().access();
        return switch (command) {
            case CallbackOp.REGISTER -> {
                int head = guest.readInt(argument);
                yield register(vcpu, head & 0xffff, head >>> 16, guest.readLong(argument + CallbackOp.ADDRESS));
            }
            case CallbackOp.UNREGISTER -> unregister(vcpu, guest.readShort(argument) & 0xffff);
            default -> -Errno.ENOSYS;
        };
    }

    private static long register(Vcpu vcpu, int type, int flags, long address) {
        if (!isCanonical(address)) {
            return -Errno.EINVAL;
        }
        Callbacks callbacks = vcpu.callbacks();
        boolean masks = (flags & CallbackOp.MASK_EVENTS) != 0;
        switch (type) {
            case CallbackOp.EVENT -> callbacks.event = address;
            case CallbackOp.FAILSAFE -> {
                callbacks.failsafe = address;
                callbacks.failsafeMasksEvents = masks;
            }
            case CallbackOp.SYSCALL -> {
                callbacks.syscall = address;
                callbacks.syscallMasksEvents = masks;
            }
            case CallbackOp.SYSCALL32 -> {
                callbacks.syscall32 = address;
                callbacks.syscall32MasksEvents = masks;
            }
            case CallbackOp.SYSENTER -> {
                callbacks.sysenter = address;
                callbacks.sysenterMasksEvents = masks;
            }
            case CallbackOp.NMI ->
                vcpu.traps().set(NMI_VECTOR, TrapInfo.FLAG_MASK_EVENTS, PvSelector.FLAT_CS64, address);
            default -> {
                return -Errno.ENOSYS;
            }
        }
        return 0;
    }

    private static long unregister(Vcpu vcpu, int type) {
        return switch (type) {
            case CallbackOp.EVENT, CallbackOp.FAILSAFE, CallbackOp.SYSCALL, CallbackOp.SYSCALL32, CallbackOp.SYSENTER ->
                -Errno.EINVAL;
            case CallbackOp.NMI -> {
                vcpu.traps().set(NMI_VECTOR, 0, 0, 0);
                yield 0;
            }
            default -> -Errno.ENOSYS;
        };
    }

    static long nmiOp(Vcpu vcpu, int command, long argument) {
        return switch (command) {
            case XENNMI_REGISTER ->
                register(vcpu, CallbackOp.NMI, 0, vcpu.guest().access().readLong(argument));
            case XENNMI_UNREGISTER -> unregister(vcpu, CallbackOp.NMI);
            default -> -Errno.ENOSYS;
        };
    }
}
