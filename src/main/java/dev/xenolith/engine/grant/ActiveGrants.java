package dev.xenolith.engine.grant;

import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.GrantStatus;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * What backends have mapped. While a ref is in use its entry shows so, and what it was mapped to stays, whatever the
 * guest writes into the entry meanwhile: a second mapping gets the same frame.
 */
final class ActiveGrants {

    /** In whose name backends map. */
    static final int BACKEND_DOMID = 0;

    /** Mappings of one domain; each is a ring or a buffer of a device, so this is far above need. */
    private static final int MAX_MAPPINGS = 65536;

    private final DomainMemory memory;
    private final GrantTable table;
    private final List<GrantMapping> mappings = new ArrayList<>();
    /** Put back by a restore and not taken over by their backend yet. */
    private final List<GrantMapping> unclaimed = new ArrayList<>();

    ActiveGrants(DomainMemory memory, GrantTable table) {
        this.memory = memory;
        this.table = table;
    }

    List<GrantMapping> mappings() {
        return mappings;
    }

    boolean inUse(int ref) {
        return mappings.stream().anyMatch(mapping -> mapping.ref() == ref);
    }

    int uses(int ref) {
        return (int) mappings.stream().filter(mapping -> mapping.ref() == ref).count();
    }

    GrantMapping map(int ref, boolean writable) throws GrantRefusedException {
        if (!table.has(ref)) {
            throw refused(GrantStatus.BAD_GNTREF, ref, "a ref below " + table.entries(), "it");
        }
        if (mappings.size() >= MAX_MAPPINGS) {
            throw refused(GrantStatus.NO_SPACE, ref, "at most " + MAX_MAPPINGS + " mappings", "one more");
        }
        int flags = table.flags(ref);
        long frame = check(ref, flags, writable);
        GrantMapping mapping = hold(ref, frame, writable);
        table.setFlags(ref, flags | GrantEntryV1.READING | (writable ? GrantEntryV1.WRITING : 0));
        return mapping;
    }

    /** The mapping of a ref that a restore has put back, for the backend that had it. */
    GrantMapping reclaim(int ref) throws GrantRefusedException {
        for (GrantMapping mapping : unclaimed) {
            if (mapping.ref() == ref) {
                unclaimed.remove(mapping);
                return mapping;
            }
        }
        throw refused(GrantStatus.BAD_GNTREF, ref, "a mapping in the image", "none");
    }

    /** Puts back a mapping; the entry in guest memory shows it already. */
    boolean restore(int ref, long guestMfn, boolean writable) {
        try {
            unclaimed.add(hold(ref, guestMfn, writable));
            return true;
        } catch (GrantRefusedException e) {
            return false;
        }
    }

    void unmap(GrantMapping mapping) {
        mappings.remove(mapping);
        if (mapping.writable()) {
            memory.held().releaseWritable(mapping.mfn());
        } else {
            memory.held().release(mapping.mfn());
        }
        int flags = table.flags(mapping.ref());
        if (!inUse(mapping.ref())) {
            flags &= ~GrantEntryV1.READING;
        }
        if (mappings.stream().noneMatch(other -> other.ref() == mapping.ref() && other.writable())) {
            flags &= ~GrantEntryV1.WRITING;
        }
        table.setFlags(mapping.ref(), flags);
    }

    /** The frame to map, by the guest's number. */
    private long check(int ref, int flags, boolean writable) throws GrantRefusedException {
        for (GrantMapping other : mappings) {
            if (other.ref() == ref) {
                requireWritable(ref, flags, writable);
                return memory.view().guestMfnOf(other.mfn());
            }
        }
        int type = flags & (GrantEntryV1.TYPE_MASK | GrantEntryV1.SUB_PAGE);
        if (type != GrantEntryV1.PERMIT_ACCESS || table.domid(ref) != BACKEND_DOMID) {
            String got = "flags 0x%x for domain %d".formatted(flags, table.domid(ref));
            throw refused(GrantStatus.GENERAL_ERROR, ref, "access for domain 0", got);
        }
        requireWritable(ref, flags, writable);
        return table.granted(ref);
    }

    private static void requireWritable(int ref, int flags, boolean writable) throws GrantRefusedException {
        if (writable && (flags & GrantEntryV1.READONLY) != 0) {
            throw refused(GrantStatus.GENERAL_ERROR, ref, "a writable grant", "a read-only one");
        }
    }

    private GrantMapping hold(int ref, long guestMfn, boolean writable) throws GrantRefusedException {
        if (memory.view().frameOf(guestMfn) == FrameView.NOT_OURS) {
            String got = "mfn 0x" + Long.toHexString(guestMfn);
            throw refused(GrantStatus.BAD_PAGE, ref, "a frame of the guest", got);
        }
        int mfn =
                writable ? memory.held().holdWritable(guestMfn) : memory.held().hold(guestMfn);
        if (mfn < 0) {
            String got = "mfn 0x" + Long.toHexString(guestMfn) + ", which cannot be";
            throw refused(GrantStatus.GENERAL_ERROR, ref, "a frame that may be written", got);
        }
        GrantMapping mapping =
                new GrantMapping(this, ref, writable, memory.held().page(mfn));
        mappings.add(mapping);
        return mapping;
    }

    private static GrantRefusedException refused(int status, int ref, String expected, String got) {
        return new GrantRefusedException(
                status, "grant ref %s: expected %s, got %s".formatted(Integer.toUnsignedString(ref), expected, got));
    }
}
