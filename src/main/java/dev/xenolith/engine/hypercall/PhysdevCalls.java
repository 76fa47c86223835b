package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PhysdevOp;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.GuestAccess;

/**
 * Physical devices, of which a domain here has none: I/O privilege is kept, all else is refused as Xen refuses a domain
 * without devices ({@code xen/arch/x86/physdev.c}).
 */
final class PhysdevCalls {

    private static final int MAX_PORTS = 65536;
    private static final int BITMAP_BYTES = 8192;

    private PhysdevCalls() {}

    static long call(Vcpu vcpu, int command, long argument) {
        GuestAccess guest = vcpu.guest().access();
        return switch (command) {
            case PhysdevOp.SET_IOPL -> setIopl(vcpu, guest.readInt(argument));
            case PhysdevOp.SET_IOBITMAP -> setBitmap(vcpu, guest.readLong(argument), guest.readInt(argument + 8));
            case PhysdevOp.IRQ_UNMASK_NOTIFY -> 0;
            case PhysdevOp.EOI, PhysdevOp.IRQ_STATUS_QUERY, PhysdevOp.UNMAP_PIRQ -> {
                guest.readInt(argument);
                yield -Errno.EINVAL;
            }
            // There is no pirq to end, so there is no map of them; Linux goes on without.
            case PhysdevOp.PIRQ_EOI_GMFN_V1, PhysdevOp.PIRQ_EOI_GMFN_V2 -> {
                guest.readLong(argument);
                yield -Errno.ENOSYS;
            }
            case PhysdevOp.PCI_MMCFG_RESERVED, PhysdevOp.DBGP_OP -> -Errno.EPERM;
            case PhysdevOp.APIC_READ,
                    PhysdevOp.APIC_WRITE,
                    PhysdevOp.ALLOC_IRQ_VECTOR,
                    PhysdevOp.MAP_PIRQ,
                    PhysdevOp.MANAGE_PCI_ADD,
                    PhysdevOp.MANAGE_PCI_REMOVE,
                    PhysdevOp.MANAGE_PCI_ADD_EXT,
                    PhysdevOp.SETUP_GSI,
                    PhysdevOp.GET_FREE_PIRQ,
                    PhysdevOp.PCI_DEVICE_ADD,
                    PhysdevOp.PCI_DEVICE_REMOVE,
                    PhysdevOp.RESTORE_MSI,
                    PhysdevOp.RESTORE_MSI_EXT,
                    PhysdevOp.PREPARE_MSIX,
                    PhysdevOp.RELEASE_MSIX -> {
                // Xen reads the argument before it asks who calls.
                guest.readInt(argument);
                yield -Errno.EPERM;
            }
            default -> -Errno.ENOSYS;
        };
    }

    /** The old form: a command and its argument in one struct. */
    static long compat(Vcpu vcpu, long argument) {
        int command = vcpu.guest().access().readInt(argument);
        return switch (command) {
            case PhysdevOp.IRQ_UNMASK_NOTIFY,
                    PhysdevOp.IRQ_STATUS_QUERY,
                    PhysdevOp.SET_IOPL,
                    PhysdevOp.SET_IOBITMAP,
                    PhysdevOp.APIC_READ,
                    PhysdevOp.APIC_WRITE,
                    PhysdevOp.ALLOC_IRQ_VECTOR,
                    PhysdevOp.FREE_IRQ_VECTOR -> call(vcpu, command, argument + 8);
            default -> -Errno.ENOSYS;
        };
    }

    private static long setIopl(Vcpu vcpu, int level) {
        if (level < 0 || level > 3) {
            return -Errno.EINVAL;
        }
        vcpu.iopl = level;
        return 0;
    }

    private static long setBitmap(Vcpu vcpu, long bitmap, int ports) {
        if (!GuestAccess.isGuestArray(bitmap, BITMAP_BYTES, 1) || ports < 0 || ports > MAX_PORTS) {
            return -Errno.EINVAL;
        }
        vcpu.ioBitmap = bitmap;
        vcpu.ioBitmapPorts = ports;
        return 0;
    }
}
