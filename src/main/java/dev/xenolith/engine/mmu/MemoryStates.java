package dev.xenolith.engine.mmu;

import dev.xenolith.engine.machine.FrameBlock;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.MemoryState.FrameEntry;
import dev.xenolith.engine.mmu.MemoryState.M2pEntry;
import dev.xenolith.engine.mmu.MemoryState.VcpuTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes a {@link MemoryState} of a quiescent domain and makes a domain from one.
 *
 * <p>Types and counts are not believed but made again: the tables that were pinned are pinned, base and descriptor tables
 * taken, held references held by their owners. That validates every table of the image, so an image that was tampered
 * with cannot give its guest a table it may write; and the result is compared with what was saved.
 */
public final class MemoryStates {

    private MemoryStates() {}

    public static MemoryState of(DomainMemory memory) {
        List<FrameEntry> frames = new ArrayList<>();
        memory.machine().forEachFrame(memory.owner(), mfn -> frames.add(frame(memory, mfn)));
        frames.sort(Comparator.comparingLong(FrameEntry::guestMfn));
        return of(memory, frames, m2p(memory, guestMfn -> true));
    }

    /** The same without frames, and of the m2p only what is not said of them. */
    public static MemoryState withoutFrames(DomainMemory memory) {
        FrameView view = memory.view();
        return of(memory, List.of(), m2p(memory, guestMfn -> view.frameOf(guestMfn) == FrameView.NOT_OURS));
    }

    private static MemoryState of(DomainMemory memory, List<FrameEntry> frames, List<M2pEntry> m2p) {
        List<VcpuTables> vcpus = new ArrayList<>();
        for (VcpuMmu vcpu : memory.vcpus()) {
            vcpus.add(tables(vcpu));
        }
        return new MemoryState(
                memory.guestDomid(),
                memory.maxPages(),
                memory.maximumGpfn(),
                memory.view().limit(),
                memory.writablePageTables(),
                memory.strictM2p(),
                memory.memoryMap(),
                List.copyOf(frames),
                m2p,
                List.copyOf(vcpus));
    }

    private static FrameEntry frame(DomainMemory memory, int mfn) {
        FrameTable table = memory.machine().table();
        return new FrameEntry(
                memory.view().guestMfnOf(mfn),
                table.type(mfn),
                table.typeCount(mfn),
                table.total(mfn),
                table.has(mfn, FrameFlags.PINNED),
                table.has(mfn, FrameFlags.ALLOCATED),
                table.has(mfn, FrameFlags.SPECIAL),
                memory.machine().backings().isZero(mfn));
    }

    private static List<M2pEntry> m2p(DomainMemory memory, LongPredicate wanted) {
        M2p m2p = memory.m2p();
        List<M2pEntry> entries = new ArrayList<>();
        for (long page = 0; page < m2p.limit() >>> 9; page++) {
            if (m2p.isShared(page)) {
                continue;
            }
            for (long guestMfn = page << 9; guestMfn < (page + 1) << 9; guestMfn++) {
                long pfn = m2p.get(guestMfn);
                if (pfn != M2p.INVALID && wanted.test(guestMfn)) {
                    entries.add(new M2pEntry(guestMfn, pfn));
                }
            }
        }
        return List.copyOf(entries);
    }

    private static VcpuTables tables(VcpuMmu vcpu) {
        DescriptorTables descriptors = vcpu.descriptors();
        return new VcpuTables(
                vcpu.id(),
                vcpu.kernelGuestMfn(),
                vcpu.userGuestMfn(),
                descriptors.gdtEntries(),
                descriptors.gdtGuestFrames(),
                descriptors.ldtBase(),
                descriptors.ldtEntries(),
                descriptors.ldtGuestFrames());
    }

    /**
     * First step of a transparent restore: a domain with all its frames under their old numbers, still zero and without
     * types. The caller then gives the frames their bytes, makes the vcpus and calls {@link #restoreTypes}.
     *
     * @return null when the host has too few frames; nothing is left behind then
     * @throws IllegalArgumentException for numbers no domain can have; nothing is left behind either
     */
    public static @Nullable DomainMemory restoreFrames(Machine machine, int domid, MemoryState state) {
        DomainMemory memory = restoreWithoutFrames(machine, domid, state);
        try {
            for (FrameEntry frame : state.frames()) {
                if (!memory.allocateKept(frame.guestMfn(), frame.isSpecial())) {
                    memory.destroy();
                    return null;
                }
            }
        } catch (RuntimeException e) {
            memory.destroy();
            throw e;
        }
        return memory;
    }

    /**
     * The same, for a caller that gives the domain its frames one by one ({@link DomainMemory#allocateKept}) and lists in
     * {@code state} only those that {@link #restoreTypes} has to do with: page tables, and what was given back.
     */
    public static DomainMemory restoreWithoutFrames(Machine machine, int domid, MemoryState state) {
        DomainMemory memory = bare(machine, domid, state);
        for (M2pEntry entry : state.m2p()) {
            memory.setM2p(entry.guestMfn(), entry.pfn());
        }
        return memory;
    }

    private static DomainMemory bare(Machine machine, int domid, MemoryState state) {
        DomainMemory memory = DomainMemory.keepingNumbers(machine, domid, state.maxPages(), state.frameLimit());
        memory.setGuestDomid(state.guestDomid());
        memory.setMaximumGpfn(state.maximumGpfn());
        memory.setMemoryMap(state.memoryMap());
        memory.setWritablePageTables(state.writablePageTables());
        memory.setStrictM2p(state.strictM2p());
        return memory;
    }

    /**
     * Last step: validates tables, pins them and loads the vcpus' tables as they were. References held by others than
     * page tables and vcpus are taken by their owners before, and then {@link #compare} tells whether all is as saved.
     *
     * @return what could not be done, in sentences; empty when all could
     */
    public static List<String> restoreTypes(DomainMemory memory, MemoryState state) {
        List<String> refused = new ArrayList<>();
        TableOrder order = new TableOrder(memory, state);
        for (FrameEntry frame : order.frames()) {
            if (memory.types().getPageAndType(frame.guestMfn(), frame.type()) < 0) {
                refused.add(describe(frame) + ": its entries do not validate");
                order.refuse(frame.guestMfn());
            }
        }
        for (FrameEntry frame : state.frames()) {
            if (frame.pinned() && !pin(memory, frame)) {
                refused.add(describe(frame) + ": cannot be pinned");
            }
        }
        loadAll(memory, state, refused);
        for (FrameEntry frame : state.frames()) {
            if (!frame.isAllocated()) {
                memory.giveBack(memory.frameOf(frame.guestMfn()));
            }
        }
        order.release();
        return refused;
    }

    /**
     * First step of a restore that believes what is said of types and counts, because it was said here: a domain without
     * frames or m2p, for {@link #keep} and then {@link #adoptTables}. Whoever takes references meanwhile takes such as are
     * in the counts already.
     */
    public static DomainMemory restoreCounted(Machine machine, int domid, MemoryState state) {
        DomainMemory memory = bare(machine, domid, state);
        memory.types().setCounted(true);
        return memory;
    }

    /** A block of frames under the numbers they had; false when the host has no whole block free. */
    public static boolean keep(DomainMemory memory, long guestMfn, FrameBlock block) {
        return memory.allocateKept(guestMfn, block);
    }

    /** One frame under the number it had, with its type and counts; false when the host has none. */
    public static boolean keep(DomainMemory memory, FrameEntry frame, int linear) {
        if (!memory.allocateKept(frame.guestMfn(), frame.isSpecial())) {
            return false;
        }
        FrameTable table = memory.machine().table();
        int mfn = memory.frameOf(frame.guestMfn());
        table.setTotal(mfn, frame.totalCount());
        table.setType(mfn, frame.type(), frame.typeCount());
        table.setLinear(mfn, linear);
        if (frame.pinned()) {
            table.raise(mfn, FrameFlags.PINNED);
        }
        if (!frame.isAllocated()) {
            table.lower(mfn, FrameFlags.ALLOCATED);
        }
        return true;
    }

    /**
     * Last step of {@link #restoreCounted}: loads the vcpus' tables as they were. From here on counts count.
     *
     * @return what could not be done, in sentences; empty when all could
     */
    public static List<String> adoptTables(DomainMemory memory, MemoryState state) {
        List<String> refused = new ArrayList<>();
        loadAll(memory, state, refused);
        memory.types().setCounted(false);
        return refused;
    }

    private static void loadAll(DomainMemory memory, MemoryState state, List<String> refused) {
        for (VcpuTables tables : state.vcpus()) {
            if (tables.vcpu() < 0 || tables.vcpu() >= memory.vcpus().size()) {
                refused.add("tables of vcpu " + tables.vcpu() + ": the domain has no such vcpu");
            } else {
                load(memory.vcpus().get(tables.vcpu()), tables, refused);
            }
        }
    }

    private static boolean pin(DomainMemory memory, FrameEntry frame) {
        return FrameType.isPageTable(frame.type()) && memory.types().pin(frame.guestMfn(), frame.type()) == 0;
    }

    private static String describe(FrameEntry frame) {
        return "mfn 0x" + Long.toHexString(frame.guestMfn()) + " as " + FrameType.name(frame.type());
    }

    private static void load(VcpuMmu vcpu, VcpuTables tables, List<String> refused) {
        int result = tables.kernelTable() == 0 ? 0 : vcpu.setKernelTable(tables.kernelTable());
        result = result == 0 ? vcpu.setUserTable(tables.userTable()) : result;
        result = result == 0 ? vcpu.descriptors().setGdt(tables.gdtFrames(), tables.gdtEntries()) : result;
        result = result == 0
                ? vcpu.descriptors().restoreLdt(tables.ldtBase(), tables.ldtEntries(), tables.ldtFrames())
                : result;
        if (result < 0) {
            refused.add("tables of vcpu " + tables.vcpu() + ": expected 0, got " + result);
        }
    }

    /** Differences between a restored domain and what was saved, in sentences. */
    public static List<String> compare(DomainMemory memory, MemoryState state) {
        List<String> differences = new ArrayList<>();
        int frames = memory.owner().pages() + memory.owner().specialPages();
        if (frames != state.frames().size()) {
            differences.add("frames: expected " + state.frames().size() + ", got " + frames);
            return differences;
        }
        for (FrameEntry expected : state.frames()) {
            if (!isLike(memory, expected)) {
                differences.add("frame: expected " + expected + ", got " + now(memory, expected.guestMfn()));
            }
        }
        return differences;
    }

    /** Whether the frame has the type and the counts that were saved; what backs it does not matter. */
    public static boolean isLike(DomainMemory memory, FrameEntry expected) {
        int mfn = memory.frameOf(expected.guestMfn());
        FrameTable table = memory.machine().table();
        return mfn != FrameView.NOT_OURS
                && table.type(mfn) == expected.type()
                && table.typeCount(mfn) == expected.typeCount()
                && table.total(mfn) == expected.totalCount()
                && table.has(mfn, FrameFlags.PINNED) == expected.pinned()
                && table.has(mfn, FrameFlags.ALLOCATED) == expected.isAllocated()
                && table.has(mfn, FrameFlags.SPECIAL) == expected.isSpecial();
    }

    /** What a frame is now, for people. */
    public static String now(DomainMemory memory, long guestMfn) {
        int mfn = memory.frameOf(guestMfn);
        return mfn == FrameView.NOT_OURS ? "none" : frame(memory, mfn).toString();
    }
}
