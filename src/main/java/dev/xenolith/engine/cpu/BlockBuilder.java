package dev.xenolith.engine.cpu;

/**
 * Decodes a run of instructions and turns it into micro-ops, from the last to the first, so that each op is built with the
 * one that follows and with the knowledge of which flags are still read.
 */
final class BlockBuilder {
    private final CodeFetch fetch;
    private final Decoder decoder;
    private final Insn[] run = new Insn[Block.MAX_INSTRUCTIONS];

    BlockBuilder(Cpu cpu) {
        fetch = new CodeFetch(cpu);
        decoder = new Decoder(fetch);
        for (int i = 0; i < run.length; i++) {
            run[i] = new Insn();
        }
    }

    /** Host offset of the second page the last built block reaches into, or −1. */
    long secondPage() {
        return fetch.secondPage;
    }

    /** May raise the #PF of a fetch. */
    Block build(long va, long hostPage, int max) {
        fetch.startBlock(va, hostPage);
        Block block = new Block(va, hostPage + (va & 0xfff));
        int count = decode(max);
        Op first = lower(block, count);
        if (fetch.secondPage >= 0) {
            long second = (va | 0xfff) + 1;
            first = new SecondPageCheck(new Site(first, block, va, va, 0, true), second, fetch.secondPage);
        }
        block.seal(first, count);
        return block;
    }

    private int decode(int max) {
        int count = 0;
        boolean open = true;
        while (open && count < max) {
            Insn in = run[count];
            decoder.decode(in);
            if (fetch.overrun && count > 0) {
                return count;
            }
            count++;
            open = fetch.inFirstPage() && !Effects.endsBlock(in);
        }
        return count;
    }

    private Op lower(Block block, int count) {
        Insn last = run[count - 1];
        Op op = null;
        if (!Effects.endsBlock(last)) {
            op = new Continue(new Site(null, block, last.nextRip(), last.nextRip(), count, true));
        }
        int live = Rflags.ARITHMETIC;
        int i = count - 1;
        while (i >= 0) {
            Insn in = run[i];
            if (i > 0 && CompareJumps.fuses(run[i - 1], in)) {
                Insn compare = run[i - 1];
                op = CompareJumps.lower(compare, in, new Site(null, block, compare.va, in.nextRip(), i - 1, true));
                live = Rflags.ARITHMETIC;
                i -= 2;
            } else {
                boolean read = (Effects.writes(in) & live) != 0;
                op = Lowering.lower(in, new Site(op, block, in.va, in.nextRip(), i, read));
                live = Effects.liveBefore(in, live);
                i--;
            }
        }
        if (op == null) {
            throw new IllegalStateException("a block of no instructions at 0x" + Long.toHexString(block.va));
        }
        return op;
    }
}
