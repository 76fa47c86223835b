package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * What ends a block towards fixed addresses: where it goes when taken, and where it falls through to.
 *
 * <p>A successor in the same page is remembered here: while this block runs, its page is mapped, so the successor is as
 * valid as this block is. A successor in another page is looked up each time, since that page may be mapped elsewhere by
 * now; the table of {@link Tlb} answers that and is dropped with the translations.
 */
abstract class Branch extends Op {
    final long taken;
    final long fall;
    private Block takenBlock = Block.NONE;
    private Block fallBlock = Block.NONE;

    Branch(Site site, long taken) {
        super(site);
        this.taken = taken;
        this.fall = site.nextRip();
    }

    final @Nullable Block take(Cpu c) {
        Block successor = takenBlock;
        return successor.va == taken ? successor : leave(c, taken);
    }

    final @Nullable Block fall(Cpu c) {
        Block successor = fallBlock;
        return successor.va == fall ? successor : leave(c, fall);
    }

    private @Nullable Block leave(Cpu c, long target) {
        c.rip = target;
        if ((target & Tlb.PAGE_MASK) == (block.va & Tlb.PAGE_MASK)) {
            c.linkFrom = this;
        }
        return null;
    }

    final void link(Block successor) {
        if (successor.hostPage() != block.hostPage()) {
            return;
        }
        if (successor.va == taken) {
            takenBlock = successor;
        } else if (successor.va == fall) {
            fallBlock = successor;
        }
    }
}
