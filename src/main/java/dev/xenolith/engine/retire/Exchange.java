package dev.xenolith.engine.retire;

import dev.xenolith.engine.PageRetirement.Reason;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.FrameReplacement;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the page in one frame of a suspended domain to a new frame. The caller has checked that it may ({@link
 * Refusals}); here is the order, each line one step or several:
 *
 * <pre>
 *    1 hold the frame's type            so that unpinning does not take the tables below apart
 *    2 unpin
 *    3 clear each entry                 PRESENT only; the entry is noted with all its bits
 *    4 check that nothing refers to it  but what is known
 *    5 allocate                         a zero frame
 *    6 copy                             before any entry can name the new frame
 *    7 inherit the type                 with the references of the entries it holds
 *    8 m2p, p2m                         in the new frame where the p2m page itself moves
 *    9 set each entry                   in the new frame where the page names itself
 *   10 base tables, descriptor tables   of every vcpu
 *   11 start info, frame lists          rdx of vcpu 0; words of the lists; shared info
 *   12 held pages                       vcpu_info, FIFO pages: the guest does not register them again
 *   13 pin again, settle                the old frame has no reference left but its allocation
 *   14 flush, give back                 the old frame goes offline; the one step without a way back
 * </pre>
 */
final class Exchange {

    /** An entry that named the old frame. */
    private record Entry(int table, int slot, long value) {}

    private final GuestDomain domain;
    private final DomainMemory memory;
    private final ReferenceMap references;
    private final FrameReplacement replacement;
    private final Journal journal;
    private final int old;
    private final long oldName;
    private final long pfn;

    /** Looked up before anything is touched: the way to them may lead through entries that are cleared. */
    private final List<P2m.Place> places;

    private final List<Entry> entries = new ArrayList<>();

    Exchange(GuestDomain domain, ReferenceMap references, int mfn, Faults faults) {
        this.domain = domain;
        this.references = references;
        memory = domain.memory();
        replacement = new FrameReplacement(memory, mfn);
        journal = new Journal(faults);
        old = mfn;
        oldName = memory.view().guestMfnOf(mfn);
        pfn = memory.m2p().get(oldName);
        places = new P2m(domain).places(pfn, oldName);
    }

    /**
     * Carries it out; returns the new frame.
     *
     * @throws RuntimeException when a step failed; everything is as it was
     * @throws Journal.UndoFailedException when it is not
     */
    int run() {
        try {
            takeAway();
            makeNew();
            putBack();
            settle();
        } catch (RuntimeException e) {
            journal.rollBack();
            throw e;
        }
        replacement.finish();
        return replacement.fresh();
    }

    private void takeAway() {
        journal.step("hold the type", replacement::hold, replacement::letGo);
        if (replacement.isPinned()) {
            journal.step("unpin", () -> replacement.unpin(old), () -> replacement.pin(old));
        }
        references.forEachEntry(
                old, (table, slot) -> entries.add(new Entry(table, slot, references.read(table, slot))));
        for (Entry entry : entries) {
            journal.step(
                    "clear an entry",
                    () -> replacement.clearEntry(entry.table(), entry.slot(), entry.value()),
                    () -> replacement.setEntry(entry.table(), entry.slot(), entry.value(), old));
        }
        journal.check("check references", () -> {
            if (replacement.unexplainedReferences() != 0 || replacement.unexplainedUses() != 0) {
                throw new RefusedException(
                        Reason.STILL_REFERENCED,
                        "references to mfn 0x" + Integer.toHexString(old) + ": expected 0, got "
                                + replacement.unexplainedReferences() + ", of them typed "
                                + replacement.unexplainedUses());
            }
        });
    }

    private void makeNew() {
        journal.step(
                "allocate",
                () -> {
                    if (!replacement.allocate()) {
                        throw new RefusedException(Reason.NO_MEMORY, "free frames: expected 1, got none");
                    }
                },
                replacement::giveFreshBack);
        journal.check("copy", replacement::copy);
        journal.step("inherit the type", replacement::inherit, replacement::disinherit);
    }

    private void putBack() {
        long newName = memory.view().guestMfnOf(replacement.fresh());
        journal.step("m2p", () -> nameInM2p(oldName, newName), () -> nameInM2p(newName, oldName));
        for (P2m.Place place : places) {
            swap("p2m", moved(place.mfn()), place.offset(), oldName, newName);
        }
        for (Entry entry : entries) {
            int table = moved(entry.table());
            journal.step(
                    "set an entry",
                    () -> replacement.setEntry(table, entry.slot(), entry.value(), replacement.fresh()),
                    () -> replacement.clearEntry(table, entry.slot(), entry.value(), replacement.fresh()));
        }
        int fresh = replacement.fresh();
        journal.step(
                "base tables",
                () -> replacement.moveBaseTables(old, fresh),
                () -> replacement.moveBaseTables(fresh, old));
        journal.step(
                "descriptor tables",
                () -> replacement.moveDescriptorTables(old, fresh),
                () -> replacement.moveDescriptorTables(fresh, old));
        startInfo(newName);
        frameLists(newName);
        journal.step(
                "held pages", () -> replacement.moveHolders(old, fresh), () -> replacement.moveHolders(fresh, old));
    }

    private void nameInM2p(long from, long to) {
        memory.setM2p(from, M2p.INVALID);
        memory.setM2p(to, pfn);
    }

    /** A suspended guest's vcpu 0 holds the number of its start info in rdx (SCHEDOP_shutdown's third argument). */
    private void startInfo(long newName) {
        Vcpu first = domain.vcpu(0);
        if (first.cpu().gpr(Gpr.RDX) == oldName) {
            journal.step(
                    "start info",
                    () -> first.cpu().setGpr(Gpr.RDX, newName),
                    () -> first.cpu().setGpr(Gpr.RDX, oldName));
        }
    }

    private void frameLists(long newName) {
        references.forEachListWord(old, (list, slot) -> swap("frame list", moved(list), slot << 3, oldName, newName));
        GuestPage shared = domain.sharedInfo();
        if (shared.getLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST) == oldName) {
            journal.step(
                    "shared info: frame lists",
                    () -> shared.putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, newName),
                    () -> shared.putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, oldName));
        }
        long cr3 = shared.getLong(SharedInfo.ARCH_P2M_CR3);
        if (cr3 >>> PageSize.SHIFT == oldName) {
            long moved = (newName << PageSize.SHIFT) | (cr3 & PageSize.OFFSET_MASK);
            journal.step(
                    "shared info: cr3 of the p2m",
                    () -> shared.putLong(SharedInfo.ARCH_P2M_CR3, moved),
                    () -> shared.putLong(SharedInfo.ARCH_P2M_CR3, cr3));
        }
    }

    private void swap(String name, int mfn, int offset, long from, long to) {
        journal.step(name, () -> memory.writeLong(mfn, offset, to), () -> memory.writeLong(mfn, offset, from));
    }

    private void settle() {
        int fresh = replacement.fresh();
        if (replacement.isPinned()) {
            journal.step("pin again", () -> replacement.pin(fresh), () -> replacement.unpin(fresh));
        }
        journal.step("settle", replacement::settle, replacement::unsettle);
        journal.step("references", () -> references.moved(old, fresh), () -> references.moved(fresh, old));
        journal.check("flush", replacement::flush);
    }

    /** Where the contents of a frame are now. */
    private int moved(int mfn) {
        return mfn == old ? replacement.fresh() : mfn;
    }
}
