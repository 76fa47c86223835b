package dev.xenolith.engine.build;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tiny ELF64 PV kernel, made byte by byte so that a test can bend each field. */
public final class KernelFixture {

    private static final int NOTES_AT = 64 + 2 * 56;
    private static final int CODE_AT = 0x1000;

    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    public long paddr = 0x100000;
    public long memoryBytes = 0x3000;
    public byte[] code = {(byte) 0xeb, (byte) 0xfe};
    int machine = 62;
    int elfClass = 2;

    /** A kernel that is accepted: entry 0x100000, VIRT_BASE 0. */
    public static KernelFixture plain() {
        return new KernelFixture()
                .note(1, 0x100000L)
                .note(3, 0L)
                .note(4, 0L)
                .note(5, "xen-3.0")
                .note(8, "generic");
    }

    /** As Linux asks for it: high half, p2m elsewhere, ramdisk unmapped. */
    public static KernelFixture linuxLike() {
        KernelFixture kernel = new KernelFixture()
                .note(1, 0xffffffff81000000L)
                .note(3, 0xffffffff80000000L)
                .note(4, 0L)
                .note(5, "xen-3.0")
                .note(6, "linux")
                .note(8, "generic")
                .note(15, 0x8000000000L)
                .note(16, 1L);
        kernel.paddr = 0x1000000;
        return kernel;
    }

    public KernelFixture note(int type, long value) {
        return note(type, le(8).putLong(value).array());
    }

    public KernelFixture note(int type, String value) {
        return note(type, Arrays.copyOf(value.getBytes(StandardCharsets.US_ASCII), value.length() + 1));
    }

    public KernelFixture note(int type, byte[] desc) {
        notes.writeBytes(le(12).putInt(4).putInt(desc.length).putInt(type).array());
        notes.writeBytes(new byte[] {'X', 'e', 'n', 0});
        notes.writeBytes(Arrays.copyOf(desc, (desc.length + 3) & ~3));
        return this;
    }

    public byte[] build() {
        byte[] file = new byte[CODE_AT + code.length];
        ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) elfClass, 1, 1});
        elf.putShort(16, (short) 2).putShort(18, (short) machine).putInt(20, 1);
        elf.putLong(24, paddr).putLong(32, 64);
        elf.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 2);
        segment(elf, 64, 1, CODE_AT, paddr, code.length, memoryBytes);
        segment(elf, 64 + 56, 4, NOTES_AT, 0, notes.size(), notes.size());
        elf.put(NOTES_AT, notes.toByteArray());
        elf.put(CODE_AT, code);
        return file;
    }

    /** The same kernel without notes, with the strings of old in a section {@code __xen_guest}. */
    byte[] buildLegacy(String strings) {
        notes.reset();
        byte[] plain = build();
        byte[] names = "\0__xen_guest\0".getBytes(StandardCharsets.US_ASCII);
        byte[] text = (strings + '\0').getBytes(StandardCharsets.US_ASCII);
        byte[] file = Arrays.copyOf(plain, plain.length + names.length + text.length + 3 * 64);
        ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int namesAt = plain.length;
        int textAt = namesAt + names.length;
        int headers = textAt + text.length;
        elf.put(namesAt, names).put(textAt, text);
        elf.putLong(40, headers)
                .putShort(58, (short) 64)
                .putShort(60, (short) 3)
                .putShort(62, (short) 2);
        elf.putInt(headers + 64, 1).putInt(headers + 64 + 4, 1);
        elf.putLong(headers + 64 + 24, textAt).putLong(headers + 64 + 32, text.length);
        elf.putInt(headers + 128 + 4, 3);
        elf.putLong(headers + 128 + 24, namesAt).putLong(headers + 128 + 32, names.length);
        return file;
    }

    /** The kernel inside a bzImage whose payload is {@code packed}, followed by the unpacked size. */
    static byte[] bzImage(byte[] packed, int unpackedBytes) {
        byte[] file = new byte[1024 + packed.length + 4];
        ByteBuffer image = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 1).putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20f);
        image.putInt(0x248, 0).putInt(0x24c, packed.length + 4);
        image.put(1024, packed).putInt(1024 + packed.length, unpackedBytes);
        return file;
    }

    private static void segment(
            ByteBuffer elf, int at, int type, long offset, long paddr, long fileBytes, long memoryBytes) {
        elf.putInt(at, type).putInt(at + 4, 7).putLong(at + 8, offset).putLong(at + 16, paddr);
        elf.putLong(at + 24, paddr).putLong(at + 32, fileBytes).putLong(at + 40, memoryBytes);
    }

    private static ByteBuffer le(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
