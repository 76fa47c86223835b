package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.GuestAccessFault;

/**
 * I/O ports, of which a domain has none: those it may touch read as all ones. The counter of the interval timer reads 0,
 * like one that stands still at its end: at all ones Linux would read it 100,000 times to calibrate its TSC.
 */
final class Ports {

    private static final int PIT_CHANNEL2 = 0x42;

    private Ports() {}

    /** By virtual IOPL, else by the bitmap the guest set, else #GP. */
    static void check(Vcpu vcpu, int port, int size) {
        if (vcpu.iopl >= Traps.privilege(vcpu) || isAllowedByBitmap(vcpu, port, size)) {
            return;
        }
        throw vcpu.cpu().fault(Vector.GP, 0);
    }

    private static boolean isAllowedByBitmap(Vcpu vcpu, int port, int size) {
        if (port + size > vcpu.ioBitmapPorts) {
            return false;
        }
        long at = vcpu.ioBitmap + (port >> 3);
        try {
            int mask = vcpu.guest().access().readShort(at) & 0xffff;
            return (mask >> (port & 7) & ((1 << size) - 1)) == 0;
        } catch (GuestAccessFault e) {
            throw vcpu.cpu().pageFault(at, 0);
        }
    }

    static int read(int port, int size) {
        int value = -1;
        for (int i = 0; i < size; i++) {
            if (port + i == PIT_CHANNEL2) {
                value &= ~(0xff << (8 * i));
            }
        }
        return size == 4 ? value : value & ((1 << (8 * size)) - 1);
    }
}
