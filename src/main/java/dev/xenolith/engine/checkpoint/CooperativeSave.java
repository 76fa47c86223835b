package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.stream.DomainHeader;
import dev.xenolith.engine.stream.ImageHeader;
import dev.xenolith.engine.stream.ImageSink;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.LibxlHeader;
import dev.xenolith.engine.stream.LibxlRecord;
import dev.xenolith.engine.stream.P2mFrames;
import dev.xenolith.engine.stream.PvInfo;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.SharedInfoRecord;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.XlHeader;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Writes the image of a domain that suspended itself, front to back, as Xen writes it and with no record of ours: {@code
 * xl restore} runs it. Order and contents are those of {@code save} in {@code tools/libs/guest/xg_sr_save.c} and of
 * {@code xg_sr_save_x86_pv.c}.
 *
 * <p>Nothing in the domain changes, so there is nothing to undo: whoever gave the channel throws away what was written
 * if this throws.
 */
final class CooperativeSave {

    private final GuestDomain guest;
    private final GuestP2m p2m;
    private final CooperativePages pages;
    private final ImageSink sink;
    private final RecordWriter writer;

    CooperativeSave(GuestDomain guest, GuestP2m p2m, ImageSink sink) {
        this.guest = guest;
        this.p2m = p2m;
        this.pages = new CooperativePages(guest.memory(), p2m);
        this.sink = sink;
        this.writer = new RecordWriter(sink);
    }

    SaveResult write(SaveSpec spec) {
        Progress progress = spec.progress();
        progress.report("prepare", 0, pages.count(), "pages");
        sink.write(XlHeader.of(spec.configuration()).encode());
        sink.write(LibxlHeader.current().encode());
        writer.write(StreamLayer.LIBXL, LibxlRecord.LIBXC_CONTEXT);
        writeStaticData();
        record(LibxcRecord.X86_PV_P2M_FRAMES, p2mFrames().encode());
        Map<String, Long> counts = new CooperativeMemory(pages, writer).write(progress);
        progress.report("context", 0, 1, "records");
        writeState();
        writer.write(StreamLayer.LIBXC, LibxcRecord.END);
        writer.write(StreamLayer.LIBXL, LibxlRecord.END);
        String sha256 = sink.finish();
        return new SaveResult(sink.position(), sha256, counts, "", GuestFacts.of(guest), new byte[0]);
    }

    private void writeStaticData() {
        sink.write(ImageHeader.current().encode());
        sink.write(DomainHeader.x86Pv(XenVersion.MAJOR, XenVersion.MINOR).encode());
        record(LibxcRecord.X86_PV_INFO, PvInfo.x86of64Bit().encode());
        record(LibxcRecord.X86_CPUID_POLICY, PolicyRecords.cpuid(guest).encode());
        record(LibxcRecord.X86_MSR_POLICY, PolicyRecords.msrs().encode());
        writer.write(StreamLayer.LIBXC, LibxcRecord.STATIC_DATA_END);
    }

    private P2mFrames p2mFrames() {
        long[] pfns = new long[p2m.leafCount()];
        for (int leaf = 0; leaf < pfns.length; leaf++) {
            pfns[leaf] = pages.pfnOf(p2m.leaf(leaf), "p2m page " + leaf);
        }
        return new P2mFrames(0, p2m.size() - 1, pfns);
    }

    private void writeState() {
        record(LibxcRecord.X86_TSC_INFO, PolicyRecords.tsc(guest.clock()).encode());
        byte[] sharedInfo = new byte[SharedInfoRecord.BYTES];
        guest.sharedInfo().read(0, sharedInfo, 0, sharedInfo.length);
        record(LibxcRecord.SHARED_INFO, new SharedInfoRecord(sharedInfo).encode());
        for (Vcpu vcpu : guest.vcpus()) {
            if (vcpu.isUp()) {
                new CooperativeVcpu(vcpu, pages).write(writer);
            }
        }
    }

    private void record(int type, ByteBuffer body) {
        writer.write(StreamLayer.LIBXC, type, body);
    }
}
