package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.PvSelector;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.stream.DomainHeader;
import dev.xenolith.engine.stream.ImageHeader;
import dev.xenolith.engine.stream.ImageSink;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.LibxlHeader;
import dev.xenolith.engine.stream.LibxlRecord;
import dev.xenolith.engine.stream.P2mFrames;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.PageWord;
import dev.xenolith.engine.stream.PvInfo;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.SharedInfoRecord;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.TscInfo;
import dev.xenolith.engine.stream.VcpuRecord;
import dev.xenolith.engine.stream.XlHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * An image such as Xen writes, of a guest of any size that counts in a loop and has all its memory mapped from address 0.
 * A test may change any part of it before it is written.
 *
 * <pre>
 *   pfn   0      1           2      3        4   5   6 ...  then
 *        code  start_info  store  console    L4  L3  L2s    L1s, p2m, data
 * </pre>
 */
final class SyntheticImage {

    static final int CODE = 0;
    static final int START_INFO = 1;
    static final int STORE_RING = 2;
    static final int CONSOLE_RING = 3;
    static final int L4 = 4;
    static final int L3 = 5;
    static final int FIRST_L2 = 6;

    /** Where the guest counts, in the last page. */
    static final int COUNTER = 0x10;

    private static final long TABLE = PageTableEntry.PRESENT | PageTableEntry.RW | PageTableEntry.USER;
    private static final int BATCH = 1024;

    final int pages;
    final int firstL1;
    final int firstP2m;
    final int firstData;
    final Map<Integer, PageType> types = new TreeMap<>();
    final Map<Integer, byte[]> contents = new TreeMap<>();
    long[] p2mPfns;
    final ByteBuffer vcpu = ByteBuffer.allocate(VcpuGuestContext.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    final ByteBuffer sharedInfo = ByteBuffer.allocate(PageSize.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long startPfn;
    long endPfn;
    int version = 3;
    TscInfo tsc = new TscInfo(0, 2_000_000, 5_000_000_000L, 1);
    private Consumer<RecordWriter> staticData = writer -> {};
    private Consumer<RecordWriter> beforePages = writer -> {};
    private Consumer<RecordWriter> afterVcpu = writer -> {};

    SyntheticImage(int pages) {
        this.pages = pages;
        int l1s = (pages + 511) / 512;
        int l2s = (l1s + 511) / 512;
        firstL1 = FIRST_L2 + l2s;
        firstP2m = firstL1 + l1s;
        firstData = firstP2m + l1s;
        p2mPfns = new long[l1s];
        endPfn = pages - 1L;
        tables(l1s, l2s);
        for (int i = 0; i < l1s; i++) {
            p2mPfns[i] = (long) firstP2m + i;
        }
        contents.put(CODE, code());
        contents.put(START_INFO, startInfo());
        context();
        sharedInfo.putLong(SharedInfo.ARCH_MAX_PFN, pages);
    }

    /** Optional or other records where a test wants them. */
    SyntheticImage staticData(Consumer<RecordWriter> more) {
        staticData = more;
        return this;
    }

    SyntheticImage beforePages(Consumer<RecordWriter> more) {
        beforePages = more;
        return this;
    }

    SyntheticImage afterVcpu(Consumer<RecordWriter> more) {
        afterVcpu = more;
        return this;
    }

    private void tables(int l1s, int l2s) {
        type(L4, PageType.L4TAB_PIN);
        type(L3, PageType.L3TAB);
        entry(L4, 0, L3, TABLE);
        for (int i = 0; i < l2s; i++) {
            type(FIRST_L2 + i, PageType.L2TAB);
            entry(L3, i, FIRST_L2 + i, TABLE);
        }
        for (int i = 0; i < l1s; i++) {
            type(firstL1 + i, PageType.L1TAB);
            entry(FIRST_L2 + i / 512, i % 512, firstL1 + i, TABLE);
        }
        for (int pfn = 0; pfn < pages; pfn++) {
            boolean table = pfn >= L4 && pfn < firstP2m;
            entry(firstL1 + pfn / 512, pfn % 512, pfn, table ? TABLE & ~PageTableEntry.RW : TABLE);
        }
    }

    void type(int pfn, PageType type) {
        types.put(pfn, type);
    }

    PageType type(int pfn) {
        return types.getOrDefault(pfn, PageType.NOTAB);
    }

    byte[] page(int pfn) {
        return contents.computeIfAbsent(pfn, key -> new byte[PageSize.BYTES]);
    }

    /** Fields of a page, to read and write. */
    ByteBuffer fields(int pfn) {
        return ByteBuffer.wrap(page(pfn)).order(ByteOrder.LITTLE_ENDIAN);
    }

    void entry(int table, int slot, long pfn, long flags) {
        fields(table).putLong(slot * 8, (pfn << PageSize.SHIFT) | flags);
    }

    /** lock-free: inc qword [last page + COUNTER]; jmp back. */
    private byte[] code() {
        byte[] page = new byte[PageSize.BYTES];
        ByteBuffer.wrap(page)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x48, (byte) 0xff, 0x04, 0x25})
                .putInt((pages - 1) * PageSize.BYTES + COUNTER)
                .put(new byte[] {(byte) 0xeb, (byte) 0xf6});
        return page;
    }

    private byte[] startInfo() {
        byte[] page = new byte[PageSize.BYTES];
        ByteBuffer info = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        info.put(StartInfo.MAGIC, StartInfo.MAGIC_X86_64.getBytes(StandardCharsets.US_ASCII));
        info.putLong(StartInfo.STORE_MFN, STORE_RING);
        info.putLong(StartInfo.CONSOLE_MFN, CONSOLE_RING);
        return page;
    }

    private void context() {
        int regs = VcpuGuestContext.USER_REGS;
        vcpu.putInt(VcpuGuestContext.FLAGS, VcpuGuestContext.VGCF_IN_KERNEL | VcpuGuestContext.VGCF_ONLINE);
        vcpu.putLong(regs + VcpuGuestContext.RDX, START_INFO);
        vcpu.putLong(regs + VcpuGuestContext.RFLAGS, 1 << 9);
        vcpu.putShort(regs + VcpuGuestContext.CS, (short) PvSelector.FLAT_CS64);
        vcpu.putShort(regs + VcpuGuestContext.SS, (short) PvSelector.FLAT_SS);
        vcpu.putLong(VcpuGuestContext.KERNEL_SS, PvSelector.FLAT_SS);
        vcpu.putLong(VcpuGuestContext.CTRLREG + 24, (long) L4 << PageSize.SHIFT);
    }

    /** Writes the image and opens it for reading and for doing harm. */
    FileChannel write(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        ImageSink sink = new ImageSink(channel);
        RecordWriter writer = new RecordWriter(sink);
        sink.write(XlHeader.of("{}".getBytes(StandardCharsets.UTF_8)).encode());
        sink.write(LibxlHeader.current().encode());
        writer.write(StreamLayer.LIBXL, LibxlRecord.LIBXC_CONTEXT);
        sink.write(new ImageHeader(version, 0).encode());
        sink.write(DomainHeader.x86Pv(4, 17).encode());
        libxc(writer, LibxcRecord.X86_PV_INFO, PvInfo.x86of64Bit().encode());
        staticData.accept(writer);
        if (version == 3) {
            writer.write(StreamLayer.LIBXC, LibxcRecord.STATIC_DATA_END);
        }
        libxc(writer, LibxcRecord.X86_PV_P2M_FRAMES, new P2mFrames(startPfn, endPfn, p2mPfns).encode());
        beforePages.accept(writer);
        for (int first = 0; first < pages; first += BATCH) {
            libxc(writer, LibxcRecord.PAGE_DATA, batch(first, Math.min(BATCH, pages - first)));
        }
        libxc(writer, LibxcRecord.X86_TSC_INFO, tsc.encode());
        libxc(writer, LibxcRecord.SHARED_INFO, new SharedInfoRecord(sharedInfo.array()).encode());
        libxc(writer, LibxcRecord.X86_PV_VCPU_BASIC, new VcpuRecord(0, vcpu.array()).encode());
        afterVcpu.accept(writer);
        writer.write(StreamLayer.LIBXC, LibxcRecord.END);
        writer.write(StreamLayer.LIBXL, LibxlRecord.END);
        sink.finish();
        return channel;
    }

    static void libxc(RecordWriter writer, int type, ByteBuffer body) {
        writer.write(StreamLayer.LIBXC, type, body);
    }

    private ByteBuffer batch(int first, int count) {
        return batch(first, count, pfn -> {
            byte[] bytes = contents.get(pfn);
            return bytes == null ? pattern(pfn) : bytes;
        });
    }

    ByteBuffer batch(int first, int count, IntFunction<byte[]> bytes) {
        int withData = 0;
        for (int pfn = first; pfn < first + count; pfn++) {
            withData += type(pfn).hasData() ? 1 : 0;
        }
        ByteBuffer body =
                ByteBuffer.allocate((int) PageData.bodyBytes(count, withData)).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(count).putInt(0);
        for (int pfn = first; pfn < first + count; pfn++) {
            body.putLong(PageWord.of(pfn, type(pfn)));
        }
        for (int pfn = first; pfn < first + count; pfn++) {
            if (type(pfn).hasData()) {
                body.put(bytes.apply(pfn));
            }
        }
        return body.flip();
    }

    /** Data pages say whose they are; the rings and the counter's page are empty. */
    private byte[] pattern(int pfn) {
        byte[] page = new byte[PageSize.BYTES];
        if (pfn >= firstData && pfn < pages - 1) {
            ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putLong(8, pfn).putLong(4000, ~(long) pfn);
        }
        return page;
    }
}
