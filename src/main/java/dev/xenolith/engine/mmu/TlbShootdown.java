package dev.xenolith.engine.mmu;

import dev.xenolith.engine.cpu.CodeCache;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameListener;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.Machine;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the TLBs of a domain's vcpus, and its decoded code, true to its frames. All vcpus of a domain share a carrier, so
 * forgetting is immediate and needs no rendezvous.
 *
 * <p>Most frames were never seen by any TLB: the flag CACHED is raised when a translation is handed out, and only such
 * frames cost a search.
 */
final class TlbShootdown implements FrameListener {

    private final Machine machine;
    private final FrameTable table;
    private final CodeCache code;
    private final List<VcpuMmu> vcpus = new ArrayList<>();

    TlbShootdown(Machine machine, CodeCache code) {
        this.machine = machine;
        this.table = machine.table();
        this.code = code;
    }

    void add(VcpuMmu vcpu) {
        vcpus.add(vcpu);
    }

    List<VcpuMmu> vcpus() {
        return vcpus;
    }

    void flushAll() {
        for (int i = 0; i < vcpus.size(); i++) {
            vcpus.get(i).tlb().flush();
        }
    }

    void flushPageOnAll(long va) {
        for (int i = 0; i < vcpus.size(); i++) {
            vcpus.get(i).tlb().flushPage(va);
        }
    }

    /** The frame is about to become something that no guest may write. */
    void dropWrites(int mfn) {
        if (table.has(mfn, FrameFlags.CACHED)) {
            dropWritesAt(machine.readOffset(mfn));
        }
    }

    /** A block was decoded from this host page. Shared pages are never written in place, so need no watching. */
    void watchCode(long hostPage) {
        int mfn = machine.ram().frameAt(hostPage);
        if (mfn != 0) {
            table.raise(mfn, FrameFlags.CODE);
            dropWritesAt(hostPage);
        }
    }

    /** The page of the m2p was one of ones and now has a place of its own. */
    void dropPage(long hostPage) {
        for (int i = 0; i < vcpus.size(); i++) {
            vcpus.get(i).tlb().dropFrame(hostPage);
        }
    }

    @Override
    public void backingMoved(int mfn, long oldOffset) {
        code.invalidate(oldOffset);
        dropPage(oldOffset);
    }

    @Override
    public void codeChanged(int mfn) {
        code.invalidate(machine.readOffset(mfn));
    }

    @Override
    public void dropTlbEntries(int mfn) {
        long hostPage = machine.readOffset(mfn);
        code.invalidate(hostPage);
        dropPage(hostPage);
    }

    private void dropWritesAt(long hostPage) {
        for (int i = 0; i < vcpus.size(); i++) {
            vcpus.get(i).tlb().dropFrameWrites(hostPage);
        }
    }
}
