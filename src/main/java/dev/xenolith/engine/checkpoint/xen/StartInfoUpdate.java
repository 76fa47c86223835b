package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.RecordEntry;

/**
 * Puts right the page that vcpu 0's rdx names at a suspend: the guest left pfns where frames belong, and new ports wait
 * ({@code process_start_info}). Magic, module, command line and addresses are the guest's own and stay.
 */
public final class StartInfoUpdate {

    /** Ports that the toolstack allocated in the new domain. */
    public record Ports(int store, int console) {}

    /** The two rings, as the guest names their frames. */
    public record Rings(long storeMfn, long consoleMfn) {}

    private final PfnTable pfns;
    private final DomainMemory memory;
    private final RecordEntry record;

    /** @param record of vcpu 0, to which all complaints refer */
    StartInfoUpdate(PfnTable pfns, DomainMemory memory, RecordEntry record) {
        this.pfns = pfns;
        this.memory = memory;
        this.record = record;
    }

    Rings run(long pfn, long sharedInfoMfn, Ports ports) {
        int mfn = frame("start_info", pfn);
        PageType type = pfns.type(pfn);
        Damage.require(
                type == PageType.NOTAB,
                record,
                "start_info in an ordinary page",
                "pfn " + Damage.hex(pfn) + " of " + type);
        long store = guestMfn(frame("the xenstore ring", memory.readLong(mfn, StartInfo.STORE_MFN)));
        long console = guestMfn(frame("the console ring", memory.readLong(mfn, StartInfo.CONSOLE_MFN)));
        memory.writeLong(mfn, StartInfo.NR_PAGES, pfns.pfns());
        memory.writeLong(mfn, StartInfo.SHARED_INFO, sharedInfoMfn << PageSize.SHIFT);
        memory.writeInt(mfn, StartInfo.FLAGS, 0);
        memory.writeLong(mfn, StartInfo.STORE_MFN, store);
        memory.writeInt(mfn, StartInfo.STORE_EVTCHN, ports.store());
        memory.writeLong(mfn, StartInfo.CONSOLE_MFN, console);
        memory.writeInt(mfn, StartInfo.CONSOLE_EVTCHN, ports.console());
        return new Rings(store, console);
    }

    private int frame(String what, long pfn) {
        boolean known = pfns.contains(pfn) && pfns.isPopulated(pfn);
        Damage.require(known, record, what + " in a page that was sent", "pfn " + Damage.hex(pfn));
        return pfns.mfn(pfn);
    }

    private long guestMfn(int mfn) {
        return memory.view().guestMfnOf(mfn);
    }
}
