package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.cpu.AddressSpace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Guest memory by virtual address, with the rights of the guest's kernel: how hypercalls read their arguments and write
 * their results ({@code copy_from_guest}, {@code copy_to_guest}). Xen's own range is no guest memory, not even the m2p.
 * What cannot be reached throws {@link GuestAccessFault}; bytes before the fault may have been copied, as in Xen.
 */
public final class GuestAccess {

    private final VcpuMmu vcpu;
    private final MemorySegment ram;
    private final GuestAccessFault fault = new GuestAccessFault();

    GuestAccess(VcpuMmu vcpu) {
        this.vcpu = vcpu;
        ram = vcpu.ram();
    }

    /** Xen's {@code __addr_ok}: in the lower half, or above Xen's range. */
    public static boolean isGuestAddress(long va) {
        return va >>> 47 == 0 || (va >= VcpuMmu.XEN_END && va < 0);
    }

    /** Whether an array may start here ({@code guest_handle_okay}); says nothing of what is mapped. */
    public static boolean isGuestArray(long va, long count, int elementBytes) {
        return isGuestAddress(va) && Long.compareUnsigned(count, Long.divideUnsigned(-1L, elementBytes)) < 0;
    }

    public byte readByte(long va) {
        return ram.get(ValueLayout.JAVA_BYTE, at(va, AddressSpace.READ));
    }

    public int readInt(long va) {
        if (crosses(va, 4)) {
            return (int) readSlowly(va, 4);
        }
        return ram.get(ValueLayout.JAVA_INT_UNALIGNED, at(va, AddressSpace.READ));
    }

    public short readShort(long va) {
        return (short) readSlowly(va, 2);
    }

    public long readLong(long va) {
        if (crosses(va, 8)) {
            return readSlowly(va, 8);
        }
        return ram.get(ValueLayout.JAVA_LONG_UNALIGNED, at(va, AddressSpace.READ));
    }

    public void writeByte(long va, byte value) {
        ram.set(ValueLayout.JAVA_BYTE, at(va, AddressSpace.WRITE), value);
    }

    public void writeShort(long va, short value) {
        writeSlowly(va, 2, value);
    }

    public void writeInt(long va, int value) {
        if (crosses(va, 4)) {
            writeSlowly(va, 4, value);
        } else {
            ram.set(ValueLayout.JAVA_INT_UNALIGNED, at(va, AddressSpace.WRITE), value);
        }
    }

    public void writeLong(long va, long value) {
        if (crosses(va, 8)) {
            writeSlowly(va, 8, value);
        } else {
            ram.set(ValueLayout.JAVA_LONG_UNALIGNED, at(va, AddressSpace.WRITE), value);
        }
    }

    public void copyIn(long va, byte[] into, int offset, int length) {
        copyIn(va, MemorySegment.ofArray(into), offset, length);
    }

    public void copyIn(long va, MemorySegment into, long offset, int length) {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, PageSize.BYTES - pageOffset(va + done));
            MemorySegment.copy(ram, at(va + done, AddressSpace.READ), into, offset + done, part);
            done += part;
        }
    }

    public void copyOut(long va, byte[] from, int offset, int length) {
        copyOut(va, MemorySegment.ofArray(from), offset, length);
    }

    public void copyOut(long va, MemorySegment from, long offset, int length) {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, PageSize.BYTES - pageOffset(va + done));
            MemorySegment.copy(from, offset + done, ram, at(va + done, AddressSpace.WRITE), part);
            done += part;
        }
    }

    /** Host offset of a byte that may be accessed so. */
    private long at(long va, int kind) {
        if (!isGuestAddress(va)) {
            throw fault;
        }
        long page = vcpu.walk(va, kind, true);
        if (page < 0 || (page & AddressSpace.TRAPPED_WRITE) != 0) {
            throw fault;
        }
        return page + pageOffset(va);
    }

    private long readSlowly(long va, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (readByte(va + i) & 0xFFL) << (i << 3);
        }
        return value;
    }

    private void writeSlowly(long va, int size, long value) {
        // Both pages before either changes.
        at(va, AddressSpace.WRITE);
        at(va + size - 1, AddressSpace.WRITE);
        for (int i = 0; i < size; i++) {
            writeByte(va + i, (byte) (value >>> (i << 3)));
        }
    }

    private static boolean crosses(long va, int size) {
        return pageOffset(va) > PageSize.BYTES - size;
    }

    private static int pageOffset(long va) {
        return (int) va & PageSize.OFFSET_MASK;
    }
}
