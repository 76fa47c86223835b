package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of an ELF64 file a domain builder needs: loadable segments, notes and named sections.
 *
 * <p>Segments are placed by {@code p_paddr}, as libelf does: kernels since 6.12 have a {@code p_vaddr} that means
 * nothing here.
 */
final class ElfFile {

    private static final int HEADER_BYTES = 64;
    private static final int CLASS_64 = 2;
    private static final int DATA_LITTLE_ENDIAN = 1;
    private static final int MACHINE_386 = 3;
    private static final int MACHINE_X86_64 = 62;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int SHT_NOTE = 7;
    private static final int PF_ANY = 7;

    /** A named limit on what a hostile file can make us walk. */
    private static final int MAX_HEADERS = 4096;

    /** Beyond any memory a domain can have, and far from overflow. */
    private static final long MAX_SEGMENT_BYTES = 1L << 40;

    /** One PT_LOAD segment: {@code fileBytes} of the file at {@code paddr}, zeroes up to {@code memoryBytes}. */
    record Segment(long paddr, long memoryBytes, Bytes fileBytes) {
        long end() {
            return paddr + memoryBytes;
        }
    }

    /** A stretch of notes, or the bytes of a section. */
    record Stretch(String name, Bytes bytes) {}

    private final Bytes file;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Stretch> noteSegments = new ArrayList<>();
    private final List<Stretch> noteSections = new ArrayList<>();
    private final List<Stretch> sections = new ArrayList<>();

    private ElfFile(Bytes file) {
        this.file = file;
    }

    static boolean looksLikeElf(Bytes file) {
        return file.startsWith(0x7f, 'E', 'L', 'F');
    }

    static ElfFile parse(Bytes file) {
        try {
            checkHeader(file);
            ElfFile elf = new ElfFile(file);
            elf.readSegments();
            elf.readSections();
            return elf;
        } catch (Bytes.Truncated e) {
            throw new BootImageUnusableException("kernel ELF", e.expected(), "truncated");
        }
    }

    List<Segment> segments() {
        return segments;
    }

    /** PT_NOTE segments; where there are none, the SHT_NOTE sections are looked at. */
    List<Stretch> noteSegments() {
        return noteSegments;
    }

    List<Stretch> noteSections() {
        return noteSections;
    }

    List<Stretch> sections() {
        return sections;
    }

    long entry() {
        return file.i64(24);
    }

    long start() {
        return segments.stream().mapToLong(Segment::paddr).min().orElse(0);
    }

    long end() {
        return segments.stream().mapToLong(Segment::end).max().orElse(0);
    }

    private static void checkHeader(Bytes file) {
        if (!looksLikeElf(file) || file.size() < HEADER_BYTES) {
            throw new BootImageUnusableException("kernel", "an ELF header of 64 bytes", file.size() + " bytes");
        }
        if (file.u16(18) == MACHINE_386) {
            throw new BootImageUnusableException(
                    "kernel ELF machine", "x86-64 (62); 32-bit PV guests do not run here yet", "i386 (3)");
        }
        expect("kernel ELF class", CLASS_64, file.u8(4));
        expect("kernel ELF byte order", DATA_LITTLE_ENDIAN, file.u8(5));
        expect("kernel ELF machine", MACHINE_X86_64, file.u16(18));
    }

    private static void expect(String what, int expected, int got) {
        if (expected != got) {
            throw new BootImageUnusableException(what, Integer.toString(expected), Integer.toString(got));
        }
    }

    private void readSegments() {
        long table = file.i64(32);
        int entryBytes = file.u16(54);
        int count = file.u16(56);
        checkTable("kernel ELF program headers", entryBytes, 56, count);
        for (int i = 0; i < count; i++) {
            long at = table + (long) i * entryBytes;
            int type = file.i32(at);
            if (type == PT_LOAD && (file.i32(at + 4) & PF_ANY) != 0) {
                segments.add(readSegment(at));
            } else if (type == PT_NOTE && file.i64(at + 8) != 0) {
                noteSegments.add(new Stretch("", file.slice(file.i64(at + 8), file.i64(at + 32))));
            }
        }
        if (segments.isEmpty()) {
            throw new BootImageUnusableException("kernel ELF", "a loadable segment", "none");
        }
    }

    private Segment readSegment(long at) {
        long paddr = file.i64(at + 24);
        long fileBytes = file.i64(at + 32);
        long memoryBytes = file.i64(at + 40);
        if (fileBytes < 0 || memoryBytes < fileBytes || memoryBytes > MAX_SEGMENT_BYTES) {
            throw new BootImageUnusableException(
                    "kernel ELF segment",
                    "file size at most memory size, at most 0x%x".formatted(MAX_SEGMENT_BYTES),
                    "paddr 0x%x, file size 0x%x, memory size 0x%x".formatted(paddr, fileBytes, memoryBytes));
        }
        return new Segment(paddr, memoryBytes, file.slice(file.i64(at + 8), fileBytes));
    }

    /** Sections matter only for notes outside segments and for {@code __xen_guest}; a stripped file has none. */
    private void readSections() {
        long table = file.i64(40);
        int entryBytes = file.u16(58);
        int count = file.u16(60);
        if (table == 0 || count == 0) {
            return;
        }
        checkTable("kernel ELF section headers", entryBytes, 64, count);
        long names = file.i64(table + (long) Math.min(file.u16(62), count - 1) * entryBytes + 24);
        for (int i = 1; i < count; i++) {
            long at = table + (long) i * entryBytes;
            int type = file.i32(at + 4);
            boolean occupiesFile = type != 8;
            String name = file.string(names + file.u32(at), 64);
            if (type == SHT_NOTE) {
                noteSections.add(new Stretch(name, file.slice(file.i64(at + 24), file.i64(at + 32))));
            } else if (occupiesFile && name.equals("__xen_guest")) {
                sections.add(new Stretch(name, file.slice(file.i64(at + 24), file.i64(at + 32))));
            }
        }
    }

    private static void checkTable(String what, int entryBytes, int expectedBytes, int count) {
        expect(what + ", size of one", expectedBytes, entryBytes);
        if (count > MAX_HEADERS) {
            throw new BootImageUnusableException(what, "at most " + MAX_HEADERS, Integer.toString(count));
        }
    }
}
