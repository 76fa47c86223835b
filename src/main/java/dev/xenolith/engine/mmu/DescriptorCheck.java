package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a guest may put into a descriptor table ({@code check_descriptor} in {@code
 * xen/arch/x86/pv/descriptor-tables.c}): code and data at its own privilege, call gates into its own code, nothing that
 * the processor would use by itself.
 *
 * <pre>
 *   63      56 55 54 53 52 51  48 47 46 45 44 43  40 39      32 31             16 15            0
 *   | base 31 | G| D| L|  | limit| P | DPL | S| type | base 23  |    base 15 0    |   limit 15 0  |
 *   call gate: | offset 31 16    | P | DPL | 0| 1100 | 0 0 0 .. |    selector     |  offset 15 0  |
 * </pre>
 */
final class DescriptorCheck {

    /** Not a descriptor that Xen would take. */
    static final long REFUSED = -1L;

    private static final long PRESENT = 1L << 47;
    private static final long SEGMENT = 1L << 44;
    private static final long DPL = 3L << 45;
    private static final long TYPE = 15L << 40;
    private static final long CALL_GATE = 12L << 40;
    private static final long GATE_RESERVED = 0xFFL << 32;
    private static final int SELECTOR_SHIFT = 16;

    private static final int LDT_SELECTOR = 4;

    private DescriptorCheck() {}

    /** The descriptor as Xen stores it, with the privilege it allows, or {@link #REFUSED}. */
    static long fixUp(long descriptor) {
        if ((descriptor & PRESENT) == 0) {
            return descriptor;
        }
        if ((descriptor & SEGMENT) != 0) {
            return descriptor | DPL;
        }
        if ((descriptor & TYPE) == 0) {
            // The second half of a 64-bit call gate.
            return descriptor;
        }
        return (descriptor & TYPE) == CALL_GATE ? fixUpGate(descriptor) : REFUSED;
    }

    /** DPL 0 makes every use of the gate fault, for emulation; the DPL asked for, which is 3, moves to the selector. */
    private static long fixUpGate(long descriptor) {
        int selector = (int) (descriptor >>> SELECTOR_SHIFT) & 0xFFFF;
        if (!isGuestSelector(selector) || (descriptor & GATE_RESERVED) != 0) {
            return REFUSED;
        }
        return (descriptor & ~DPL) | 3L << SELECTOR_SHIFT;
    }

    private static boolean isGuestSelector(int selector) {
        return selector >>> 3 < XenGdt.FIRST_RESERVED_ENTRY
                || selector == XenGdt.FLAT_KERNEL_CS
                || (selector & LDT_SELECTOR) != 0;
    }

    /** Checks a frame that becomes part of a GDT or LDT and fixes its descriptors; a refused one keeps its bytes. */
    static int validateFrame(Machine machine, int mfn) {
        if (machine.backings().isZero(mfn)) {
            return 0;
        }
        MemorySegment ram = machine.ram().segment();
        long offset = machine.readOffset(mfn);
        boolean fixes = false;
        for (int at = 0; at < PageSize.BYTES; at += 8) {
            long descriptor = ram.get(ValueLayout.JAVA_LONG, offset + at);
            long fixed = fixUp(descriptor);
            if (fixed == REFUSED && descriptor != REFUSED) {
                return -Errno.EINVAL;
            }
            fixes |= fixed != descriptor;
        }
        if (fixes) {
            offset = machine.gate().open(mfn);
            for (int at = 0; at < PageSize.BYTES; at += 8) {
                ram.set(ValueLayout.JAVA_LONG, offset + at, fixUp(ram.get(ValueLayout.JAVA_LONG, offset + at)));
            }
        }
        return 0;
    }
}
