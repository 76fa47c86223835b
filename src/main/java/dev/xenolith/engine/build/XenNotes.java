package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import dev.xenolith.engine.abi.ElfNote;
import java.util.List;
import java.util.Set;

/**
 * What a kernel tells Xen about itself: ELF notes named "Xen", or in old kernels the strings of the
 * {@code __xen_guest} section ({@code xen/common/libelf/libelf-dominfo.c}).
 */
final class XenNotes {

    /** A note that was not given. */
    static final long UNSET = -1;

    private static final int MAX_NOTES = 1024;
    private static final int MAX_STRING = 128;

    /** Names a FEATURES note may demand with "!". */
    private static final Set<String> KNOWN_FEATURES = Set.of(
            "writable_page_tables",
            "writable_descriptor_tables",
            "auto_translated_physmap",
            "supervisor_mode_kernel",
            "pae_pgdir_above_4gb",
            "mmu_pt_update_preserve_ad",
            "highmem_assist",
            "gnttab_map_avail_bits",
            "hvm_callback_vector",
            "hvm_safe_pvclock",
            "hvm_pirqs",
            "dom0",
            "memory_op_vnode_supported");

    private static final Set<String> REFUSED_FEATURES =
            Set.of("auto_translated_physmap", "supervisor_mode_kernel", "dom0");

    private final boolean legacy;
    private long entry = UNSET;
    private long virtBase = UNSET;
    private long paddrOffset = UNSET;
    private long hypercallPage = UNSET;
    private long initP2m = UNSET;
    private boolean unmappedRamdisk;
    private String loader = "";
    private String guestOs = "";
    private String guestVersion = "";
    private String xenVersion = "";
    private int count;

    private XenNotes(boolean legacy) {
        this.legacy = legacy;
    }

    /** Reads the notes and checks that they are those of a 64-bit PV kernel. */
    static XenNotes read(ElfFile elf) {
        try {
            XenNotes notes = find(elf);
            notes.check(elf);
            return notes;
        } catch (Bytes.Truncated e) {
            throw new BootImageUnusableException("kernel ELF notes", e.expected(), "truncated");
        }
    }

    private static XenNotes find(ElfFile elf) {
        XenNotes notes = new XenNotes(false);
        notes.readAll(elf.noteSegments());
        if (notes.count == 0) {
            notes.readAll(elf.noteSections());
        }
        if (notes.count > 0) {
            return notes;
        }
        for (ElfFile.Stretch section : elf.sections()) {
            XenNotes strings = new XenNotes(true);
            strings.readStrings(section.bytes().string(0, 4096));
            return strings;
        }
        throw new BootImageUnusableException(
                "kernel ELF", "notes named Xen, or a section __xen_guest (a paravirtual kernel)", "neither");
    }

    long entry() {
        return entry;
    }

    long virtBase() {
        return virtBase;
    }

    /** Difference between a segment's p_paddr and the address the guest will see it at. */
    long virtOffset() {
        return virtBase - paddrOffset;
    }

    long hypercallPage() {
        return hypercallPage;
    }

    /** Where the guest wants its p2m, or {@link #UNSET}: then it is mapped behind the kernel. */
    long initP2m() {
        return initP2m;
    }

    boolean unmappedRamdisk() {
        return unmappedRamdisk;
    }

    String guestOs() {
        return guestOs;
    }

    String guestVersion() {
        return guestVersion;
    }

    private void readAll(List<ElfFile.Stretch> stretches) {
        for (ElfFile.Stretch stretch : stretches) {
            readNotes(stretch.bytes());
        }
    }

    private void readNotes(Bytes bytes) {
        int seen = 0;
        for (long at = 0; at + 12 <= bytes.size(); seen++) {
            if (seen >= MAX_NOTES) {
                throw new BootImageUnusableException("kernel ELF notes", "at most " + MAX_NOTES, "more");
            }
            long nameBytes = bytes.u32(at);
            long descBytes = bytes.u32(at + 4);
            int type = bytes.i32(at + 8);
            long desc = at + 12 + align4(nameBytes);
            if (bytes.string(at + 12, 8).equals(ElfNote.NAME)) {
                readNote(type, bytes.slice(desc, descBytes));
                count++;
            }
            at = desc + align4(descBytes);
        }
    }

    private static long align4(long bytes) {
        return (bytes + 3) & ~3L;
    }

    private void readNote(int type, Bytes desc) {
        switch (type) {
            case ElfNote.ENTRY -> entry = number(desc);
            case ElfNote.HYPERCALL_PAGE -> hypercallPage = number(desc);
            case ElfNote.VIRT_BASE -> virtBase = number(desc);
            case ElfNote.PADDR_OFFSET -> paddrOffset = number(desc);
            case ElfNote.INIT_P2M -> initP2m = number(desc);
            case ElfNote.MOD_START_PFN -> unmappedRamdisk = number(desc) != 0;
            case ElfNote.LOADER -> loader = desc.string(0, MAX_STRING);
            case ElfNote.GUEST_OS -> guestOs = desc.string(0, MAX_STRING);
            case ElfNote.GUEST_VERSION -> guestVersion = desc.string(0, MAX_STRING);
            case ElfNote.XEN_VERSION -> xenVersion = desc.string(0, MAX_STRING);
            case ElfNote.FEATURES -> checkFeatures(desc.string(0, 1024));
            default -> {
                // Notes about PVH, symbols or suspend do not change how a PV domain is built.
            }
        }
    }

    private static long number(Bytes desc) {
        return switch (desc.size()) {
            case 1 -> desc.u8(0);
            case 2 -> desc.u16(0);
            case 4 -> desc.u32(0);
            case 8 -> desc.i64(0);
            default ->
                throw new BootImageUnusableException(
                        "kernel ELF note", "a number of 1, 2, 4 or 8 bytes", desc.size() + " bytes");
        };
    }

    private static void checkFeatures(String features) {
        for (String feature : features.split("\\|", -1)) {
            if (!feature.startsWith("!")) {
                continue;
            }
            String name = feature.substring(1);
            if (!KNOWN_FEATURES.contains(name) || REFUSED_FEATURES.contains(name)) {
                throw new BootImageUnusableException(
                        "kernel's required feature", "one that an unprivileged PV domain has", name);
            }
        }
    }

    private void readStrings(String text) {
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            switch (name) {
                case "LOADER" -> loader = value;
                case "GUEST_OS" -> guestOs = value;
                case "GUEST_VER" -> guestVersion = value;
                case "XEN_VER" -> xenVersion = value;
                case "VIRT_BASE" -> virtBase = number(name, value);
                case "VIRT_ENTRY" -> entry = number(name, value);
                case "ELF_PADDR_OFFSET" -> paddrOffset = number(name, value);
                case "HYPERCALL_PAGE" -> hypercallPage = number(name, value) << 12;
                case "FEATURES" -> checkFeatures(value);
                default -> {
                    // As with notes.
                }
            }
        }
        if (virtBase != UNSET && hypercallPage != UNSET) {
            hypercallPage += virtBase;
        }
    }

    private static long number(String name, String value) {
        try {
            return value.startsWith("0x") || value.startsWith("0X")
                    ? Long.parseUnsignedLong(value.substring(2), 16)
                    : Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw new BootImageUnusableException("kernel's __xen_guest " + name, "a number", value);
        }
    }

    private void check(ElfFile elf) {
        if (!loader.startsWith("generic") && !guestOs.startsWith("linux")) {
            throw new BootImageUnusableException(
                    "kernel's loader",
                    "generic, or guest OS linux",
                    "loader \"" + loader + "\", OS \"" + guestOs + '"');
        }
        if (!xenVersion.startsWith("xen-3.0")) {
            throw new BootImageUnusableException("kernel's Xen version", "xen-3.0", '"' + xenVersion + '"');
        }
        if (paddrOffset != UNSET && virtBase == UNSET) {
            throw new BootImageUnusableException("kernel's PADDR_OFFSET", "a VIRT_BASE beside it", "none");
        }
        if (virtBase == UNSET) {
            virtBase = 0;
        }
        if (paddrOffset == UNSET) {
            // Old builders put virtual addresses into p_paddr, so their kernels count from VIRT_BASE.
            paddrOffset = legacy ? virtBase : 0;
        }
        if (entry == UNSET) {
            entry = elf.entry();
        }
        checkAddresses(elf.start() + virtOffset(), elf.end() + virtOffset());
    }

    private void checkAddresses(long start, long end) {
        boolean ordered = Long.compareUnsigned(virtBase, start) <= 0
                && Long.compareUnsigned(start, end) <= 0
                && Long.compareUnsigned(start, entry) <= 0
                && Long.compareUnsigned(entry, end) <= 0;
        if (!ordered) {
            throw new BootImageUnusableException(
                    "kernel addresses",
                    "VIRT_BASE <= start <= ENTRY <= end",
                    "0x%x, 0x%x, 0x%x, 0x%x".formatted(virtBase, start, entry, end));
        }
        if (initP2m != UNSET && Long.compareUnsigned(initP2m, start) >= 0 && Long.compareUnsigned(initP2m, end) < 0) {
            throw new BootImageUnusableException("kernel's INIT_P2M", "outside the kernel", Long.toHexString(initP2m));
        }
    }
}
