package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.TscInfo;
import dev.xenolith.engine.stream.VcpuRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small sound image and what goes wrong with it: in the guest's own structures, in its records, in its file. */
final class ImageMutation {

    private static final int PAGES = 40;
    private static final PageType[] TYPES = PageType.values();
    private static final long[] INTERESTING = {
        0,
        1,
        -1,
        511,
        512,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        1L << 32,
        1L << 40,
        1L << 47,
        1L << 63,
        0xffff_8000_0000_0000L,
        0xffff_8800_0000_0000L,
        0x0000_7fff_ffff_f000L
    };

    private final Random random;
    private final SyntheticImage image = new SyntheticImage(PAGES);
    private final boolean changesFile;
    private final boolean changesLater;

    ImageMutation(Random random) {
        this.random = random;
        changesFile = random.nextInt(3) == 0;
        changesLater = changesFile && random.nextInt(3) == 0;
        int changes = changesFile ? random.nextInt(2) : 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            change();
        }
    }

    FileChannel write(Path path) throws IOException {
        return image.write(path);
    }

    /** Whether the file changes after its checksums were taken. */
    boolean changesLater() {
        return changesLater;
    }

    private void change() {
        switch (random.nextInt(10)) {
            case 0, 1 -> entry();
            case 2 -> image.type(pfn(), TYPES[random.nextInt(TYPES.length)]);
            case 3, 4 -> image.vcpu.putLong(8 * random.nextInt(VcpuGuestContext.BYTES / 8), value());
            case 5 -> image.p2mPfns[0] = value();
            case 6 -> image.fields(SyntheticImage.START_INFO).putLong(8 * random.nextInt(20), value());
            case 7 -> image.sharedInfo.putLong(8 * random.nextInt(512), value());
            case 8 -> image.tsc = new TscInfo((int) value(), value() & 0xffff_ffffL, value(), 1);
            default -> extra();
        }
    }

    private void entry() {
        int table = SyntheticImage.L4 + random.nextInt(image.firstP2m - SyntheticImage.L4);
        image.page(pfn());
        long flags = PageTableEntry.PRESENT | random.nextInt(8) | (random.nextInt(4) == 0 ? random.nextInt(4096) : 0);
        image.entry(table, random.nextInt(512), random.nextInt(4) == 0 ? value() & ((1L << 40) - 1) : pfn(), flags);
    }

    private void extra() {
        int[] types = {
            LibxcRecord.X86_PV_VCPU_BASIC,
            LibxcRecord.X86_PV_VCPU_EXTENDED,
            LibxcRecord.X86_PV_VCPU_XSAVE,
            LibxcRecord.X86_PV_VCPU_MSRS,
            LibxcRecord.VERIFY,
            0x8000_0042
        };
        int type = types[random.nextInt(types.length)];
        byte[] body =
                new byte[type == LibxcRecord.X86_PV_VCPU_BASIC ? VcpuGuestContext.BYTES : 16 * random.nextInt(40)];
        random.nextBytes(body);
        if (type == LibxcRecord.X86_PV_VCPU_BASIC && random.nextBoolean()) {
            body = image.vcpu.array().clone();
        }
        ByteBuffer record =
                VcpuRecord.isType(type) ? new VcpuRecord(random.nextInt(4), body).encode() : ByteBuffer.allocate(0);
        image.afterVcpu(writer -> SyntheticImage.libxc(writer, type, record));
    }

    private int pfn() {
        return random.nextInt(PAGES);
    }

    private long value() {
        return switch (random.nextInt(4)) {
            case 0 -> INTERESTING[random.nextInt(INTERESTING.length)];
            case 1 -> pfn();
            case 2 -> ((long) pfn() << 12) | random.nextInt(2);
            default -> random.nextLong();
        };
    }

    /** Does harm to the file itself: cuts it, changes bytes of its framing, exchanges records. */
    void changeFile(FileChannel channel) throws IOException {
        if (!changesFile) {
            return;
        }
        List<RecordEntry> records = new ArrayList<>();
        StreamRecords walk = new StreamRecords(ImageBytes.of(channel));
        for (RecordEntry record = walk.next(); record != null; record = walk.next()) {
            records.add(record);
        }
        RecordEntry record = records.get(random.nextInt(records.size()));
        switch (random.nextInt(5)) {
            case 0 -> channel.truncate(random.nextLong(channel.size()));
            case 1 -> put(channel, record.offset() + 4L * random.nextInt(2), (int) value());
            case 2 -> put(channel, random.nextLong(Math.min(channel.size() - 4, 4096)), random.nextInt());
            case 3 -> exchange(channel, record, records.get(random.nextInt(records.size())));
            default -> put(channel, record.bodyOffset() + random.nextLong(Math.max(record.length(), 1)), (int) value());
        }
    }

    private static void put(FileChannel channel, long offset, int value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
        channel.write(bytes, offset);
    }

    /** Their headers change places: the types are wrong, and the lengths with them. */
    private static void exchange(FileChannel channel, RecordEntry one, RecordEntry other) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(8);
        ByteBuffer second = ByteBuffer.allocate(8);
        channel.read(first, one.offset());
        channel.read(second, other.offset());
        channel.write(second.flip(), one.offset());
        channel.write(first.flip(), other.offset());
    }
}
