package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryMapEntry;
import dev.xenolith.engine.mmu.MemoryState;
import dev.xenolith.engine.mmu.MemoryStates;
import java.util.List;

/**
 * Domain context MEMORY: what a domain's memory is besides its frames, which the page index lists.
 *
 * @param strayM2p m2p entries of frames that the domain has no more
 */
public record MemoryContext(
        int maxPages,
        long maximumGpfn,
        boolean writablePageTables,
        boolean strictM2p,
        List<MemoryMapEntry> memoryMap,
        List<MemoryState.M2pEntry> strayM2p,
        List<MemoryState.VcpuTables> vcpus) {

    static MemoryContext of(DomainMemory memory) {
        MemoryState state = MemoryStates.withoutFrames(memory);
        return new MemoryContext(
                state.maxPages(),
                state.maximumGpfn(),
                state.writablePageTables(),
                state.strictM2p(),
                state.memoryMap(),
                state.m2p(),
                state.vcpus());
    }
}
