package dev.xenolith.engine.cpu;

import java.lang.foreign.MemorySegment;

/**
 * What a guest's virtual addresses mean: the page-table walk behind the soft TLB. Implemented by {@code mmu}, one a vcpu.
 */
public interface AddressSpace {
    /** Kinds of access of {@link #translate}. */
    int READ = 0;

    int WRITE = 1;
    int EXEC = 2;

    /** In the result of {@link #translate}: do this one access, keep no TLB entry. */
    long NO_CACHE = 1;

    /** In the result of {@link #translate} for WRITE: the store goes to {@link #trappedWrite}. */
    long TRAPPED_WRITE = 2;

    /** All of the host's guest memory; never changes. */
    MemorySegment ram();

    /**
     * Walks the page tables of the mode the vcpu is in, setting accessed and dirty bits. A write passes the write gate, so
     * when this returns the frame may be written until {@link Cpu#dropFrame} or a flush says otherwise.
     *
     * @return the offset in {@link #ram} of the first byte of the 4 KiB page, plus {@link #NO_CACHE}, {@link
     *     #TRAPPED_WRITE}
     * @throws GuestFault by {@link Cpu#pageFault}
     */
    long translate(Cpu cpu, long va, int access);

    /**
     * Stores where {@link #translate} said TRAPPED_WRITE: the new entry is validated, or the #PF raised.
     *
     * @param size 1, 2, 4 or 8; the access lies within one page
     */
    void trappedWrite(Cpu cpu, long va, int size, long value);

    /**
     * A block was decoded from this page. From now on no vcpu of the domain may hold a write TLB entry for it, and
     * whoever is about to change its bytes, or to take it from its frame, calls {@link CodeCache#invalidate} first.
     *
     * @param hostPage offset in {@link #ram} of the page's first byte
     */
    void markCode(long hostPage);
}
