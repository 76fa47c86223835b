package dev.xenolith.engine.machine;

import java.lang.foreign.MemorySegment;

/** What the pages of a saved domain's m2p held, for pages that are made when they are first looked at. */
@FunctionalInterface
public interface PfnPages {

    /** Puts the entries that were set into a page of ones; throws for bytes that are not what was saved. */
    void read(long page, MemorySegment into);
}
