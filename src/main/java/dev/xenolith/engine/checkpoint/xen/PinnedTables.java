package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;

/** Pins what was pinned, in the order of pfns ({@code pin_pagetables}). Tables that were not stay without a type. */
final class PinnedTables {

    private PinnedTables() {}

    static void pin(XenImage image, DomainMemory memory) {
        PfnTable pfns = image.pfns();
        pfns.forEachPopulated(pfn -> {
            PageType type = pfns.type(pfn);
            if (type.pinned()) {
                int error = memory.types().pin(memory.view().guestMfnOf(pfns.mfn(pfn)), type.level());
                if (error != 0) {
                    throw Damage.of(
                            PageData.NAME,
                            image.offsetOf(pfn),
                            "pfn " + Damage.hex(pfn) + " to be a valid table of level " + type.level(),
                            "errno " + -error);
                }
            }
        });
    }
}
