package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;

/** How a transparent image becomes a domain's memory: its types and counts made again, or believed. */
sealed interface RestoredMemory permits MemoryRestore, VouchedRestore {

    /** All frames of the domain, none of their pages read. Leaves nothing behind if it throws. */
    DomainMemory frames(Machine machine, int domid, int source);

    /** What is left to do once the vcpus exist, and whoever else held frames holds them. */
    void types(DomainMemory memory);

    /** What was wrong with the image, in the words of a restore. */
    ImageCorruptException damagedPage(long guestMfn, ImagePageCorruptException cause);
}
