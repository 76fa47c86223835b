package dev.xenolith.engine.stream;

import dev.xenolith.engine.abi.PageSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** A whole image of a guest of four pages, record by record as {@code xl save} writes them. */
final class TinyImage {

    static final byte[] CONFIGURATION = "{\"c_info\":{}}".getBytes(StandardCharsets.UTF_8);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ImageSink sink = new ImageSink(Channels.newChannel(bytes));
    private final RecordWriter writer = new RecordWriter(sink);

    static byte[] whole() {
        return new TinyImage().xl().libxl().libxc(3).body().finish();
    }

    static byte[] version2() {
        return new TinyImage()
                .xl()
                .libxl()
                .libxc(2)
                .info()
                .p2m()
                .pages()
                .shared()
                .vcpu()
                .end()
                .finish();
    }

    static byte[] bareLibxc() {
        TinyImage image = new TinyImage();
        image.libxc(3).info().staticDataEnd().p2m().pages().tsc().shared().vcpu();
        image.record(LibxcRecord.END);
        return image.raw();
    }

    static byte[] bareLibxl() {
        return new TinyImage().libxl().libxc(3).body().finish();
    }

    TinyImage xl() {
        sink.write(XlHeader.of(CONFIGURATION).encode());
        return this;
    }

    TinyImage libxl() {
        sink.write(LibxlHeader.current().encode());
        writer.write(StreamLayer.LIBXL, LibxlRecord.LIBXC_CONTEXT);
        return this;
    }

    TinyImage libxc(int version) {
        sink.write(new ImageHeader(version, 0).encode());
        sink.write(DomainHeader.x86Pv(4, 17).encode());
        return this;
    }

    TinyImage body() {
        return info().policies()
                .staticDataEnd()
                .p2m()
                .pages()
                .tsc()
                .shared()
                .vcpu()
                .end();
    }

    TinyImage info() {
        return record(LibxcRecord.X86_PV_INFO, PvInfo.x86of64Bit().encode());
    }

    TinyImage policies() {
        record(
                LibxcRecord.X86_CPUID_POLICY,
                new CpuidPolicy(List.of(new CpuidPolicy.Leaf(0, -1, 13, 0x68747541, 0x444d4163, 0x69746e65))).encode());
        return record(LibxcRecord.X86_MSR_POLICY, new MsrPolicy(List.of(new MsrPolicy.Msr(0xce, 0, 0))).encode());
    }

    TinyImage staticDataEnd() {
        return record(LibxcRecord.STATIC_DATA_END);
    }

    TinyImage p2m() {
        return record(LibxcRecord.X86_PV_P2M_FRAMES, new P2mFrames(0, 3, new long[] {2}).encode());
    }

    /** Pages 0 (data), 1 (a pinned L4), 2 (allocated only), 3 (a hole). */
    TinyImage pages() {
        ByteBuffer body = ByteBuffer.allocate((int) PageData.bodyBytes(4, 2)).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(4).putInt(0);
        body.putLong(PageWord.of(0, PageType.NOTAB));
        body.putLong(PageWord.of(1, PageType.L4TAB_PIN));
        body.putLong(PageWord.of(2, PageType.XALLOC));
        body.putLong(PageWord.of(3, PageType.XTAB));
        body.put(filled(0xaa)).put(filled(0));
        return record(LibxcRecord.PAGE_DATA, body.flip());
    }

    TinyImage tsc() {
        return record(LibxcRecord.X86_TSC_INFO, new TscInfo(0, 2_596_133, 15_857_847_231L, 1).encode());
    }

    TinyImage shared() {
        return record(LibxcRecord.SHARED_INFO, new SharedInfoRecord(filled(0x55)).encode());
    }

    TinyImage vcpu() {
        return record(LibxcRecord.X86_PV_VCPU_BASIC, new VcpuRecord(0, new byte[VcpuRecord.BASIC_BYTES]).encode());
    }

    TinyImage end() {
        return record(LibxcRecord.END);
    }

    TinyImage record(int type) {
        return record(type, ByteBuffer.allocate(0));
    }

    TinyImage record(int type, ByteBuffer body) {
        writer.write(StreamLayer.LIBXC, type, body);
        return this;
    }

    TinyImage with(Consumer<TinyImage> more) {
        more.accept(this);
        return this;
    }

    /** Ends the libxl stream. */
    byte[] finish() {
        writer.write(StreamLayer.LIBXL, LibxlRecord.END);
        return raw();
    }

    byte[] raw() {
        sink.finish();
        return bytes.toByteArray();
    }

    static byte[] filled(int value) {
        byte[] page = new byte[PageSize.BYTES];
        java.util.Arrays.fill(page, (byte) value);
        return page;
    }
}
