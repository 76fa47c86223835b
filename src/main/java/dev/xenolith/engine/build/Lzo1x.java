package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;

/**
 * One LZO1X block ({@code Documentation/staging/lzo.rst} of Linux gives the stream's format). Each instruction copies a
 * match from what was written before, then 0 to 3 literals; how the next one is read hangs on how many literals went
 * before it.
 */
final class Lzo1x {

    private final Bytes in;
    private final byte[] out;
    private final int start;
    private final int end;
    private int from;
    private int to;

    private Lzo1x(Bytes in, byte[] out, int start, int length) {
        this.in = in;
        this.out = out;
        this.start = start;
        this.end = start + length;
        this.to = start;
    }

    static void unpack(Bytes in, byte[] out, int start, int length) {
        Lzo1x lzo = new Lzo1x(in, out, start, length);
        lzo.run();
        if (lzo.to != lzo.end) {
            throw malformed(length + " bytes from a block", (lzo.to - start) + " bytes");
        }
    }

    private static BootImageUnusableException malformed(String expected, String got) {
        return new BootImageUnusableException("kernel payload (lzo)", expected, got);
    }

    private int next() {
        return in.u8(from++);
    }

    private void run() {
        // State: how many literals the last instruction copied, 4 meaning "a long run".
        int state = 0;
        int first = in.u8(0);
        if (first > 17) {
            from++;
            literals(first - 17);
            state = first - 17 < 4 ? first - 17 : 4;
        }
        while (true) {
            int instruction = next();
            if (instruction >= 16) {
                int trailing = match(instruction);
                if (trailing < 0) {
                    return;
                }
                literals(trailing);
                state = trailing;
            } else if (state == 0) {
                literals((instruction == 0 ? extended(15) : instruction) + 3);
                state = 4;
            } else {
                int distance = (next() << 2) + (instruction >> 2);
                copy(state == 4 ? distance + 2049 : distance + 1, state == 4 ? 3 : 2);
                state = instruction & 3;
                literals(state);
            }
        }
    }

    /** Carries out a match of 16 and above; returns how many literals follow, or -1 at the end mark. */
    private int match(int instruction) {
        if (instruction >= 64) {
            int distance = (next() << 3) + ((instruction >> 2) & 7) + 1;
            copy(distance, (instruction >> 5) + 1);
            return instruction & 3;
        }
        int length;
        int distance;
        if (instruction >= 32) {
            length = (instruction & 31) == 0 ? extended(31) : instruction & 31;
            distance = 1;
        } else {
            length = (instruction & 7) == 0 ? extended(7) : instruction & 7;
            distance = 16384 + ((instruction & 8) << 11);
        }
        int pair = next() | (next() << 8);
        distance += pair >> 2;
        if (instruction < 32 && distance == 16384) {
            return -1;
        }
        copy(distance, length + 2);
        return pair & 3;
    }

    /** A length that did not fit: each zero byte adds 255, the byte after them the rest. */
    private int extended(int base) {
        long length = base;
        int b = next();
        while (b == 0) {
            length += 255;
            b = next();
        }
        length += b;
        if (length > end - start) {
            throw malformed("a length of at most " + (end - start), Long.toString(length));
        }
        return (int) length;
    }

    private void literals(int count) {
        if (count > end - to) {
            throw malformed("at most " + (end - to) + " literals", Integer.toString(count));
        }
        in.slice(from, count).buffer().get(out, to, count);
        from += count;
        to += count;
    }

    private void copy(int distance, int count) {
        if (distance > to - start || count > end - to) {
            throw malformed("a match inside the block", "distance " + distance + ", length " + count);
        }
        for (int i = 0; i < count; i++, to++) {
            out[to] = out[to - distance];
        }
    }
}
