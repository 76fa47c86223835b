package dev.xenolith.engine.mmu;

import java.util.List;

/**
 * What a checkpoint must know of a domain's memory besides its bytes. Frames appear under the guest's own numbers.
 *
 * @param frameLimit one above the highest frame number that names RAM for this guest
 * @param frames ascending by guest mfn
 * @param m2p entries that are set, ascending by guest mfn; a guest may also set those of frames it gave away since
 * @param vcpus base tables and descriptor tables, by vcpu id
 */
public record MemoryState(
        int guestDomid,
        int maxPages,
        long maximumGpfn,
        long frameLimit,
        boolean writablePageTables,
        boolean strictM2p,
        List<MemoryMapEntry> memoryMap,
        List<FrameEntry> frames,
        List<M2pEntry> m2p,
        List<VcpuTables> vcpus) {

    /**
     * One frame. Types and counts follow from pins, base tables and held references; they are kept to check a restore.
     *
     * @param isAllocated false for a frame that was given back while something still refers to it
     * @param isZero the page has no bytes worth keeping
     */
    public record FrameEntry(
            long guestMfn,
            int type,
            int typeCount,
            int totalCount,
            boolean pinned,
            boolean isAllocated,
            boolean isSpecial,
            boolean isZero) {}

    public record M2pEntry(long guestMfn, long pfn) {}

    /**
     * Base and descriptor tables of a vcpu, 0 for none.
     *
     * @param gdtFrames the frames of the GDT
     * @param ldtFrames by index; 0 where no descriptor was used yet
     */
    public record VcpuTables(
            int vcpu,
            long kernelTable,
            long userTable,
            int gdtEntries,
            long[] gdtFrames,
            long ldtBase,
            int ldtEntries,
            long[] ldtFrames) {}
}
