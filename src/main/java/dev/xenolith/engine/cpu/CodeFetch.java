package dev.xenolith.engine.cpu;

/**
 * The bytes the decoder reads: of one page, and for the first instruction of a block, where it needs them, of the page
 * after it.
 */
final class CodeFetch {
    static final int MAX_LENGTH = 15;
    private static final long NOT_MAPPED = -1;

    private final Cpu cpu;
    private long start;
    private long page;
    private boolean mayCross;

    /** Host offset of the second page, or −1. */
    long secondPage = NOT_MAPPED;

    private long position;
    private long instruction;

    /** The instruction goes on in a page that may not be touched yet: what was decoded of it is void. */
    boolean overrun;

    boolean tooLong;

    CodeFetch(Cpu cpu) {
        this.cpu = cpu;
    }

    void startBlock(long va, long hostPage) {
        start = va;
        page = hostPage;
        position = va;
        secondPage = NOT_MAPPED;
    }

    void startInstruction() {
        instruction = position;
        mayCross = instruction == start;
        overrun = false;
        tooLong = false;
    }

    long position() {
        return position;
    }

    boolean inFirstPage() {
        return ((position ^ start) & Tlb.PAGE_MASK) == 0;
    }

    /** The next byte; may raise the #PF of a fetch. */
    int u8() {
        if (position - instruction >= MAX_LENGTH) {
            tooLong = true;
            return 0;
        }
        int value = at(position);
        position++;
        return value;
    }

    private int at(long va) {
        if (((va ^ start) & Tlb.PAGE_MASK) == 0) {
            return byteAt(page + (va & 0xfff));
        }
        if (!mayCross) {
            overrun = true;
            return 0;
        }
        if (secondPage == NOT_MAPPED) {
            secondPage = cpu.execPage(va);
        }
        return byteAt(secondPage + (va & 0xfff));
    }

    private int byteAt(long host) {
        return cpu.ram.get(CpuMemory.BYTE, host) & 0xff;
    }

    long s8() {
        return (byte) u8();
    }

    long u16() {
        return u8() | u8() << 8;
    }

    long s16() {
        return (short) u16();
    }

    long s32() {
        return (int) (u16() | u16() << 16);
    }

    long s64() {
        return (s32() & 0xffff_ffffL) | s32() << 32;
    }

    /** Whether these bytes follow; reads past them only if so. Bytes that cannot be fetched are not these. */
    boolean follows(byte[] expected) {
        long back = position;
        try {
            for (byte b : expected) {
                if (u8() != (b & 0xff)) {
                    position = back;
                    return false;
                }
            }
            return !overrun;
        } catch (GuestFault unmapped) {
            position = back;
            return false;
        }
    }
}
