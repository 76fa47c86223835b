package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.abi.ConsoleRing;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.abi.XenstoreRing;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.grant.GrantsState;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a domain that suspended itself with the eyes of those who will save and restore it. Xen's toolstack finds the
 * same things one at a time, while it writes the image or, worse, while it reads it ({@code
 * tools/libs/guest/xg_sr_save_x86_pv.c}, {@code xg_sr_restore_x86_pv.c}). Changes nothing in the domain.
 *
 * <p>An error is what no correct image can be made of. A warning is what a correct image can hold and a careful guest
 * does not leave: after a restore such bytes say something that is no longer so.
 */
public final class SuspensionCheck {

    private static final byte[] MAGIC = "xen-".getBytes(StandardCharsets.US_ASCII);

    private final GuestDomain guest;
    private final Grants grants;
    private final DomainMemory memory;
    private final Machine machine;
    private final FrameTable table;
    private final Findings errors = new Findings();
    private final Findings warnings = new Findings();

    private SuspensionCheck(DomainParts parts) {
        guest = parts.guest();
        grants = parts.site().grants();
        memory = guest.memory();
        machine = memory.machine();
        table = machine.table();
    }

    /** The domain is at rest, and suspended. */
    public static SuspendExamination examine(DomainParts parts) {
        SuspensionCheck check = new SuspensionCheck(parts);
        check.findErrors();
        check.findWarnings();
        return new SuspendExamination(check.errors.list(), check.warnings.list());
    }

    /** Without the warnings, for which every page is read: what decides whether there can be an image. */
    static SuspendExamination examineErrors(DomainParts parts) {
        SuspensionCheck check = new SuspensionCheck(parts);
        check.findErrors();
        return new SuspendExamination(check.errors.list(), List.of());
    }

    private void findErrors() {
        guest.vcpus().forEach(this::checkVcpu);
        GuestP2m p2m = readP2m();
        if (p2m != null) {
            new P2mAgreement(memory, p2m, errors).check();
            checkBases(p2m);
            machine.forEachFrame(memory.owner(), mfn -> checkTable(mfn, p2m));
            checkStartInfo(p2m);
        }
    }

    private void findWarnings() {
        new TableLikePages(memory).check(warnings);
        checkRings();
        checkGrants();
    }

    /** Linux holds its other vcpus in a loop with events masked; one that takes events may use any mfn at any time. */
    private void checkVcpu(Vcpu vcpu) {
        if (vcpu.id() == 0 && !vcpu.isUp()) {
            errors.add("vcpu-down", "vcpu 0 is down; expected it up, in its suspend");
        }
        if (vcpu.id() != 0 && vcpu.isUp() && !vcpu.upcallsMasked()) {
            errors.add("vcpu-up", "vcpu %d is up; expected it down, or held with upcalls masked".formatted(vcpu.id()));
        }
        if (vcpu.isUp()) {
            checkPinned(vcpu, "cr3", vcpu.mmu().kernelGuestMfn());
            checkPinned(vcpu, "cr3 of user mode", vcpu.mmu().userGuestMfn());
        }
    }

    private void checkPinned(Vcpu vcpu, String what, long guestMfn) {
        if (guestMfn != 0 && !table.has(memory.frameOf(guestMfn), FrameFlags.PINNED)) {
            errors.add(
                    "cr3-unpinned",
                    "vcpu %d, %s: expected a pinned root, got mfn 0x%x".formatted(vcpu.id(), what, guestMfn));
        }
    }

    private @Nullable GuestP2m readP2m() {
        GuestPage sharedInfo = guest.sharedInfo();
        try {
            GuestP2m p2m = GuestP2m.read(memory, sharedInfo);
            if (GuestP2m.hasList(sharedInfo)
                    && GuestP2m.hasTree(sharedInfo)
                    && !p2m.samePages(GuestP2m.tree(memory, sharedInfo))) {
                errors.add("p2m-disagrees", "p2m_vaddr and pfn_to_mfn_frame_list_list lead to different pages");
            }
            return p2m;
        } catch (P2mUnreadableException e) {
            errors.add("p2m-unreadable", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void checkBases(GuestP2m p2m) {
        for (Vcpu vcpu : guest.vcpus()) {
            if (!vcpu.isUp()) {
                continue;
            }
            checkNamed(p2m, vcpu, "cr3", vcpu.mmu().kernelGuestMfn());
            checkNamed(p2m, vcpu, "cr3 of user mode", vcpu.mmu().userGuestMfn());
            for (long frame : vcpu.mmu().descriptors().gdtGuestFrames()) {
                checkNamed(p2m, vcpu, "GDT", frame);
            }
        }
    }

    private void checkNamed(GuestP2m p2m, Vcpu vcpu, String what, long guestMfn) {
        if (guestMfn != 0 && !p2m.names(guestMfn)) {
            errors.add(
                    "vcpu-outside-p2m", "vcpu %d, %s: mfn 0x%x is not in the p2m".formatted(vcpu.id(), what, guestMfn));
        }
    }

    private void checkTable(int mfn, GuestP2m p2m) {
        int level = table.type(mfn);
        if (table.typeCount(mfn) == 0
                || !FrameType.isPageTable(level)
                || machine.backings().isZero(mfn)) {
            return;
        }
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            long entry = memory.readLong(mfn, slot << 3);
            boolean isXens = level == FrameType.L4 && PageTableEntry.isXenSlot(slot);
            if (PageTableEntry.isPresent(entry) && !isXens && !p2m.names(PageTableEntry.mfn(entry))) {
                errors.add(
                        "entry-outside-p2m",
                        "level %d table at mfn 0x%x, slot %d: expected a frame of the p2m, got entry 0x%x"
                                .formatted(level, memory.view().guestMfnOf(mfn), slot, entry));
            }
        }
    }

    /** The third argument of the hypercall, still in rdx: the toolstack looks for start_info there and nowhere else. */
    private void checkStartInfo(GuestP2m p2m) {
        long guestMfn = guest.vcpu(0).cpu().gpr(Gpr.RDX);
        int mfn = memory.frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS || !p2m.names(guestMfn)) {
            errors.add("start-info", "rdx of vcpu 0: expected the mfn of start_info, got 0x%x".formatted(guestMfn));
            return;
        }
        byte[] magic = new byte[MAGIC.length];
        memory.read(mfn, StartInfo.MAGIC, magic, 0, magic.length);
        if (!Arrays.equals(magic, MAGIC)) {
            errors.add(
                    "start-info",
                    "rdx of vcpu 0: mfn 0x%x does not begin with the magic of start_info".formatted(guestMfn));
            return;
        }
        checkField(p2m, "store_mfn", memory.readLong(mfn, StartInfo.STORE_MFN), GrantEntryV1.RESERVED_XENSTORE);
        checkField(p2m, "console.domU.mfn", memory.readLong(mfn, StartInfo.CONSOLE_MFN), GrantEntryV1.RESERVED_CONSOLE);
    }

    private void checkField(GuestP2m p2m, String field, long got, int ref) {
        OptionalLong ring = ringMfn(ref);
        if (ring.isPresent() && !(got >= 0 && got < p2m.size() && p2m.entry(got) == ring.getAsLong())) {
            String hint = got == ring.getAsLong() ? ", the mfn of the same page" : "";
            errors.add(
                    "start-info",
                    "start_info %s: expected pfn 0x%x, got 0x%x%s"
                            .formatted(field, memory.m2p().get(ring.getAsLong()), got, hint));
        }
    }

    /** Where a ring really is: the guest may have rewritten its own notes of it. */
    private OptionalLong ringMfn(int ref) {
        return grants.state().mappings().stream()
                .filter(mapping -> mapping.ref() == ref)
                .mapToLong(GrantsState.Mapping::mfn)
                .findFirst();
    }

    private void checkRings() {
        ringMfn(GrantEntryV1.RESERVED_XENSTORE).ifPresent(ring -> {
            checkDrained(ring, "xenstore requests", XenstoreRing.REQ_PROD, XenstoreRing.REQ_CONS);
            checkDrained(ring, "xenstore answers", XenstoreRing.RSP_PROD, XenstoreRing.RSP_CONS);
        });
        ringMfn(GrantEntryV1.RESERVED_CONSOLE).ifPresent(ring -> {
            checkDrained(ring, "console output", ConsoleRing.OUT_PROD, ConsoleRing.OUT_CONS);
            checkDrained(ring, "console input", ConsoleRing.IN_PROD, ConsoleRing.IN_CONS);
        });
    }

    private void checkDrained(long ring, String what, int produced, int consumed) {
        int mfn = memory.frameOf(ring);
        int unread = memory.readInt(mfn, produced) - memory.readInt(mfn, consumed);
        if (unread != 0) {
            warnings.add("unread-bytes", "%s: expected an empty ring, got %d unread bytes".formatted(what, unread));
        }
    }

    private void checkGrants() {
        for (GrantSnapshot grant : grants.list()) {
            boolean offers = (grant.flags() & GrantEntryV1.TYPE_MASK) != GrantEntryV1.INVALID;
            if (grant.ref() >= GrantEntryV1.RESERVED_ENTRIES && (offers || grant.mappings() > 0)) {
                warnings.add(
                        "live-grant",
                        "grant ref %d: still grants mfn 0x%x to domain %d, mapped %d times"
                                .formatted(grant.ref(), grant.frame(), grant.domid(), grant.mappings()));
            }
        }
    }
}
