package dev.xenolith.engine.grant;

import dev.xenolith.engine.FrameGrant;
import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.GuestAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The grant table of one domain: what its guest asks of it, and what backends map from it. On the domain's carrier. */
public final class Grants {

    /** Xen's own default ({@code opt_max_grant_frames}). */
    public static final int DEFAULT_MAX_FRAMES = 64;

    private final DomainMemory memory;
    private final GrantTable table;
    private final ActiveGrants active;
    private final GrantOperations operations;

    /**
     * A domain without a table yet: then {@link #create} or {@link #restore}.
     *
     * @param otherDomains whether the host has a domain of this id
     */
    public Grants(DomainMemory memory, int guestDomid, int maxFrames, IntPredicate otherDomains) {
        this.memory = memory;
        this.table = new GrantTable(memory, maxFrames);
        this.active = new ActiveGrants(memory, table);
        GrantDomains domains = new GrantDomains(guestDomid, otherDomains);
        this.operations = new GrantOperations(table, active, domains, new GrantCopy(memory, table, active, domains));
    }

    /** Gives a new domain the first page of its table; false when the host has no frame. */
    public boolean create() {
        return table.growTo(1);
    }

    /** Offers a frame to the control domain, as the toolstack does of a new domain's rings. */
    public void seed(int ref, long guestMfn) {
        table.setEntry(ref, GrantEntryV1.PERMIT_ACCESS, ActiveGrants.BACKEND_DOMID, guestMfn);
    }

    /** {@code grant_table_op}. A pointer that leads nowhere is a {@code GuestAccessFault}. */
    public long call(GuestAccess guest, int command, long array, int count) {
        return operations.call(guest, command, array, count);
    }

    /** Maps a granted frame for a backend. */
    public GrantMapping map(int ref, boolean writable) throws GrantRefusedException {
        return active.map(ref, writable);
    }

    /** Takes over, after a restore, a mapping that the backend had when the domain was saved. */
    public GrantMapping reclaim(int ref) throws GrantRefusedException {
        return active.reclaim(ref);
    }

    /** The frames, by the guest's numbers, that others may have or have: one look through the table. */
    public Map<Long, FrameGrant> granted() {
        Map<Long, FrameGrant> granted = new HashMap<>();
        for (int ref = 0; ref < table.entries(); ref++) {
            if ((table.flags(ref) & GrantEntryV1.TYPE_MASK) != 0) {
                granted.put(table.granted(ref), FrameGrant.OFFERED);
            }
        }
        for (GrantMapping mapping : active.mappings()) {
            granted.put(memory.view().guestMfnOf(mapping.mfn()), FrameGrant.MAPPED);
        }
        return granted;
    }

    /** Entries that say anything, for people to read. */
    public List<GrantSnapshot> list() {
        List<GrantSnapshot> all = new ArrayList<>();
        for (int ref = 0; ref < table.entries(); ref++) {
            if (table.entry(ref) != 0) {
                all.add(new GrantSnapshot(
                        ref, table.flags(ref), table.domid(ref), table.granted(ref), active.uses(ref)));
            }
        }
        return all;
    }

    public GrantsState state() {
        List<Long> frames = new ArrayList<>();
        for (int i = 0; i < table.frames(); i++) {
            frames.add(table.guestMfn(i));
        }
        List<GrantsState.Mapping> mappings = active.mappings().stream()
                .map(mapping -> new GrantsState.Mapping(
                        mapping.ref(), memory.view().guestMfnOf(mapping.mfn()), mapping.writable()))
                .toList();
        return new GrantsState(table.maxFrames(), frames, mappings);
    }

    /**
     * Takes a saved table over; the domain's memory must be there already.
     *
     * @throws IllegalArgumentException if the state cannot be true
     */
    public void restore(GrantsState state) {
        require(
                !state.tableMfns().isEmpty() && state.tableMfns().size() <= table.maxFrames(),
                "table pages: expected 1 to %d, got %d"
                        .formatted(table.maxFrames(), state.tableMfns().size()));
        for (long mfn : state.tableMfns()) {
            require(table.hold(mfn), "table page: expected a frame of the domain, got 0x" + Long.toHexString(mfn));
        }
        for (GrantsState.Mapping mapping : state.mappings()) {
            boolean restored =
                    table.has(mapping.ref()) && active.restore(mapping.ref(), mapping.mfn(), mapping.writable());
            require(restored, "mapping: expected a ref and a frame of the domain, got " + mapping);
        }
    }

    /** The rules that do not hold, one sentence each. */
    public List<String> checkInvariants() {
        List<String> broken = new ArrayList<>();
        for (GrantMapping mapping : active.mappings()) {
            if (!table.has(mapping.ref())) {
                broken.add("grant ref %d is mapped and beyond the table".formatted(mapping.ref()));
            } else if (memory.view().frameOf(memory.view().guestMfnOf(mapping.mfn())) != mapping.mfn()) {
                broken.add("grant ref %d: mapped mfn 0x%x is not the domain's".formatted(mapping.ref(), mapping.mfn()));
            }
        }
        return broken;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("grants: " + rule);
        }
    }
}
