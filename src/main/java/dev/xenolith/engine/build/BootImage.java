package dev.xenolith.engine.build;

import dev.xenolith.engine.BootImageUnusableException;
import java.nio.ByteBuffer;

/** A kernel file that was found bootable: its segments and its wishes. Knows nothing of any domain. */
public final class BootImage {

    private final ElfFile elf;
    private final XenNotes notes;

    private BootImage(ElfFile elf, XenNotes notes) {
        this.elf = elf;
        this.notes = notes;
    }

    /** @throws BootImageUnusableException where the file is no PV kernel, saying what was expected and got */
    public static BootImage read(ByteBuffer kernel) {
        ElfFile elf = KernelFile.open(kernel);
        return new BootImage(elf, XenNotes.read(elf));
    }

    /** What the kernel calls itself, such as {@code linux 2.6}. */
    public String guest() {
        return (notes.guestOs() + ' ' + notes.guestVersion()).strip();
    }

    ElfFile elf() {
        return elf;
    }

    XenNotes notes() {
        return notes;
    }

    BootLayout layout(long ramdiskBytes, long memoryPages) {
        return new BootLayout(elf, notes, ramdiskBytes, memoryPages);
    }
}
