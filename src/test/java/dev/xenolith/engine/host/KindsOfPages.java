package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.retire.P2m;
import java.util.LinkedHashMap;
import java.util.Map;

/** One movable frame of each kind of a suspended domain, by name. */
final class KindsOfPages {

    private final Map<String, Integer> found = new LinkedHashMap<>();
    private final SuspendedPebble pebble;

    KindsOfPages(SuspendedPebble pebble) {
        this.pebble = pebble;
        DomainMemory memory = pebble.memory;
        GuestPage shared = pebble.guest.sharedInfo();
        // pebble keeps a linear list only: a tree of frame lists over the same pages is put beside it.
        P2m p2m = new P2m(pebble.guest);
        int top = spare(0);
        int list = spare(1);
        memory.writeLong(top, 0, memory.view().guestMfnOf(list));
        for (long pfn = 0; pfn < shared.getLong(SharedInfo.ARCH_MAX_PFN); pfn += 512) {
            memory.writeLong(
                    list,
                    (int) (pfn >>> 9) << 3,
                    memory.view()
                            .guestMfnOf(p2m.places(pfn, nameOf(pfn)).getFirst().mfn()));
        }
        shared.putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, memory.view().guestMfnOf(top));
        memory.machine().forEachFrame(memory.owner(), mfn -> {
            boolean movable =
                    pebble.host.retirement().examine(mfn, Mode.EXCHANGE, false).reason() == null;
            if (movable) {
                found.putIfAbsent(kind(mfn), mfn);
            }
        });
        found.put("start info", memory.frameOf(pebble.guest.vcpu(0).cpu().gpr(Gpr.RDX)));
        found.put("p2m", p2m.places(0, nameOf(0)).getFirst().mfn());
        found.put("frame list", list);
        found.put("list of frame lists", top);
        found.put("the p2m page that names itself", selfNaming(list));
        found.put("root of the p2m", memory.frameOf(shared.getLong(SharedInfo.ARCH_P2M_CR3) >>> 12));
    }

    private long nameOf(long pfn) {
        return pebble.memory.view().guestMfnOf((int)
                pebble.host.retirement().frameOf(1, pfn).orElseThrow());
    }

    /** One of the last pages, which pebble has not used yet. */
    private int spare(int number) {
        long pfn = pebble.guest.sharedInfo().getLong(SharedInfo.ARCH_MAX_PFN) - 1 - number;
        int mfn = (int) pebble.host.retirement().frameOf(1, pfn).orElseThrow();
        assertThat(pebble.memory.machine().backings().isZero(mfn)).isTrue();
        return mfn;
    }

    /** The p2m page whose entries include its own. */
    private int selfNaming(int list) {
        DomainMemory memory = pebble.memory;
        for (int slot = 0; slot < 512; slot++) {
            long leaf = memory.readLong(list, slot << 3);
            int mfn = memory.frameOf(leaf);
            if (mfn > 0 && memory.m2p().get(leaf) >>> 9 == slot) {
                return mfn;
            }
        }
        throw new AssertionError("no p2m page holds its own entry");
    }

    private String kind(int mfn) {
        FrameTable table = pebble.memory.machine().table();
        return FrameType.name(table.type(mfn))
                + (table.has(mfn, FrameFlags.PINNED) ? " pinned" : "")
                + (table.linear(mfn) == 0 ? "" : table.linear(mfn) > 0 ? " linear" : " linear target")
                + (table.typeCount(mfn) > 1 ? " used twice" : "")
                + (table.total(mfn) == 1 ? " unmapped" : "");
    }

    Map<String, Integer> all() {
        return new LinkedHashMap<>(found);
    }

    /** A page found for two kinds has moved. */
    void follow(PageRetirement moved) {
        Long to = moved.newMfn();
        if (to != null) {
            found.replaceAll((kind, mfn) -> mfn == moved.mfn() ? (int) (long) to : mfn);
        }
    }
}
