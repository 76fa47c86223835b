package dev.xenolith.engine.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * String instructions with REP, REPE or REPNE, in parts: one part does what lies in the present pages of source and
 * destination, then rip stays on the instruction until the counter is used up. So interrupts get in, a part never
 * changes anything before its pages are translated, and how parts are cut depends on guest state alone.
 */
final class RepeatedStrings extends Strings {
    private final long nextRip;
    private final boolean whileEqual;

    RepeatedStrings(Site site, Insn in) {
        super(site, in);
        nextRip = site.nextRip();
        whileEqual = in.repeat == 0xf3;
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        long count = c.reg(Gpr.RCX, addressSize);
        boolean finished = true;
        if (count != 0) {
            finished = switch (kind) {
                case MOVS, STOS -> bulk(c, count) == count;
                case CMPS, SCAS -> compare(c, part(c, count));
                default -> eachElement(c, part(c, count)) == count;
            };
        }
        c.rip = finished ? nextRip : rip;
        return null;
    }

    /** How many elements this part may do: until a page ends, and at least one. */
    private long part(Cpu c, long count) {
        long elements = count < 0 ? Long.MAX_VALUE : count; // A counter with its highest bit set is a large one.
        if (kind == MOVS || kind == LODS || kind == CMPS) {
            elements = Math.min(elements, inPage(c, source(c)));
        }
        if (kind != LODS) {
            elements = Math.min(elements, inPage(c, destination(c)));
        }
        return Math.max(elements, 1);
    }

    private long inPage(Cpu c, long va) {
        long offset = va & 0xfff;
        return (c.control & Rflags.DF) == 0 ? (4096 - offset) / size : offset / size + 1;
    }

    private long bulk(Cpu c, long count) {
        long elements = part(c, count);
        long bytes = elements * size;
        boolean crosses = inPage(c, destination(c)) == 0 || (kind == MOVS && inPage(c, source(c)) == 0);
        if ((c.control & Rflags.DF) != 0 || elements == 1 || crosses) {
            return eachElement(c, elements);
        }
        if (kind == MOVS) {
            c.readHost(source(c), this);
        }
        long to = c.writeHost(destination(c), (int) bytes, this);
        if (to < 0) {
            return eachElement(c, 1);
        }
        if (kind == MOVS) {
            copy(c.ram, c.readHost(source(c), this), to, bytes);
            advanceSource(c, elements);
        } else {
            fill(c, to, bytes);
        }
        advanceDestination(c, elements);
        countDown(c, elements);
        return elements;
    }

    private void copy(MemorySegment ram, long from, long to, long bytes) {
        if (to > from && to < from + bytes) {
            // The destination overlaps what is still to be read: the pattern repeats itself, byte for byte.
            for (long i = 0; i < bytes; i += size) {
                copyElement(ram, from + i, to + i);
            }
        } else {
            MemorySegment.copy(ram, from, ram, to, bytes);
        }
    }

    private void copyElement(MemorySegment ram, long from, long to) {
        switch (size) {
            case 8 -> ram.set(CpuMemory.LONG, to, ram.get(CpuMemory.LONG, from));
            case 4 -> ram.set(CpuMemory.INT, to, ram.get(CpuMemory.INT, from));
            case 2 -> ram.set(CpuMemory.SHORT, to, ram.get(CpuMemory.SHORT, from));
            default -> ram.set(CpuMemory.BYTE, to, ram.get(CpuMemory.BYTE, from));
        }
    }

    private void fill(Cpu c, long to, long bytes) {
        long value = c.reg(Gpr.RAX, size);
        for (int width = size; width < 8; width *= 2) {
            value |= value << (8 * width);
        }
        long at = to;
        long end = to + bytes;
        for (; at + 8 <= end; at += 8) {
            c.ram.set(CpuMemory.LONG, at, value);
        }
        for (; at < end; at++) {
            c.ram.set(CpuMemory.BYTE, at, (byte) value);
            value >>>= 8;
        }
    }

    /** One by one; registers are right after each, since the next may fault. */
    private long eachElement(Cpu c, long elements) {
        for (long i = 0; i < elements; i++) {
            element(c);
            countDown(c, 1);
        }
        return elements;
    }

    /** True when a difference or a match, or the counter, ended it. */
    private boolean compare(Cpu c, long elements) {
        for (long i = 0; i < elements; i++) {
            element(c);
            countDown(c, 1);
            if (c.zf() != whileEqual) {
                return true;
            }
        }
        return c.reg(Gpr.RCX, addressSize) == 0;
    }

    private void countDown(Cpu c, long elements) {
        c.setReg(Gpr.RCX, addressSize, c.r[Gpr.RCX] - elements);
    }
}
