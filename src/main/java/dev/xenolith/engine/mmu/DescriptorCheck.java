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

    private static final long PRESENT = 1L << 47;
    private static final long SEGMENT = 1L << 44;
    private static final long DPL = 3L << 45;
    private static final long TYPE = 15L << 40;
    private static final int TYPE_SHIFT = 40;
    private static final int CALL_GATE = 12;
    private static final long GATE_RESERVED = 0xFFL << 32;
    private static final int SELECTOR_SHIFT = 16;

    private static final int LDT_SELECTOR = 4;

    private DescriptorCheck() {}

    static boolean isAllowed(long descriptor) {
        if ((descriptor & PRESENT) == 0 || (descriptor & SEGMENT) != 0) {
            return true;
        }
        return switch ((int) ((descriptor & TYPE) >>> TYPE_SHIFT)) {
            // The second half of a 64-bit call gate.
            case 0 -> true;
            case CALL_GATE -> isGuestSelector(selector(descriptor)) && (descriptor & GATE_RESERVED) == 0;
            default -> false;
        };
    }

    /**
     * An allowed descriptor as Xen stores it: segments get DPL 3. A call gate gets DPL 0, so that every use of it faults,
     * for emulation; the DPL asked for, which is 3, moves to the selector.
     */
    static long fixUp(long descriptor) {
        if ((descriptor & PRESENT) == 0) {
            return descriptor;
        }
        if ((descriptor & SEGMENT) != 0) {
            return descriptor | DPL;
        }
        return (descriptor & TYPE) == 0 ? descriptor : (descriptor & ~DPL) | 3L << SELECTOR_SHIFT;
    }

    private static int selector(long descriptor) {
        return (int) (descriptor >>> SELECTOR_SHIFT) & 0xFFFF;
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
            if (!isAllowed(descriptor)) {
                return -Errno.EINVAL;
            }
            fixes |= fixUp(descriptor) != descriptor;
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
