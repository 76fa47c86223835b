package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.machine.FramePage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The page of entry points a guest calls instead of executing {@code syscall} itself: 128 stubs of 32 bytes. The bytes
 * are Xen's own, since checkpoint images carry them ({@code xen/arch/x86/pv/hypercall.c}).
 *
 * <pre>
 *   push %rcx; push %r11; mov $n, %eax; syscall; pop %r11; pop %rcx; ret
 *   iret:  push %rcx; push %r11; push %rax; mov $23, %eax; syscall     (jumped to, does not return)
 * </pre>
 */
public final class HypercallPageFill {

    private static final int STUB_BYTES = 32;

    private HypercallPageFill() {}

    /** Overwrites the stubs in {@code page}, leaving the bytes between them as they are, as Xen does. */
    public static void fill(byte[] page) {
        ByteBuffer stubs = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        for (int number = 0; number < PageSize.BYTES / STUB_BYTES; number++) {
            stubs.position(number * STUB_BYTES);
            stubs.put((byte) 0x51).put((byte) 0x41).put((byte) 0x53);
            boolean iret = number == HypercallNumber.IRET;
            if (iret) {
                stubs.put((byte) 0x50);
            }
            stubs.put((byte) 0xb8).putInt(number).put((byte) 0x0f).put((byte) 0x05);
            if (!iret) {
                stubs.put((byte) 0x41).put((byte) 0x5b).put((byte) 0x59).put((byte) 0xc3);
            }
        }
    }

    /** A write to the hypercall-page MSR: the frame in the upper bits, 0 in the lower. Whether it was good. */
    static boolean fill(GuestDomain domain, long value) {
        if ((value & PageSize.OFFSET_MASK) != 0) {
            return false;
        }
        int mfn = domain.memory().held().holdWritable(value >>> PageSize.SHIFT);
        if (mfn < 0) {
            return false;
        }
        FramePage frame = new FramePage(domain.machine(), mfn);
        byte[] page = new byte[PageSize.BYTES];
        frame.read(0, page, 0, page.length);
        fill(page);
        frame.write(0, page, 0, page.length);
        domain.memory().held().releaseWritable(mfn);
        return true;
    }
}
