package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.MsrPolicy;
import dev.xenolith.engine.stream.P2mFrames;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PvInfo;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.SharedInfoRecord;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamLimits;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.StreamRules;
import dev.xenolith.engine.stream.TscInfo;
import dev.xenolith.engine.stream.VcpuRecord;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image of Xen's own format, walked from end to end: the order of its records is right, what they say is collected,
 * and of the pages only the words are read. Of a pfn that comes several times the last counts, as in a live save.
 */
final class XenImage {

    private static final long NO_PFN = -1;

    private final ImageBytes bytes;
    private final StreamRules rules = new StreamRules();
    private final PfnTable pfns;
    private final DataPages pages = new DataPages();
    private final TreeMap<Integer, VcpuBlobs> vcpus = new TreeMap<>();
    private long[] p2mPfns = {};
    private @Nullable RecordEntry p2mRecord;
    private @Nullable SharedInfoRecord sharedInfo;
    private @Nullable TscInfo tsc;
    private @Nullable RecordEntry tscRecord;
    private @Nullable CpuidPolicy cpuid;
    private @Nullable RecordEntry cpuidRecord;
    private @Nullable MsrPolicy msrs;
    private @Nullable RecordEntry msrsRecord;

    private XenImage(ImageBytes bytes, long framesMax) {
        this.bytes = bytes;
        this.pfns = new PfnTable(framesMax);
    }

    /** @param framesMax frames the domain may have at most */
    static XenImage open(FileChannel channel, long framesMax) {
        XenImage image = new XenImage(ImageBytes.of(channel), framesMax);
        StreamRecords records = new StreamRecords(image.bytes);
        for (RecordEntry record = records.next(); record != null; record = records.next()) {
            image.rules.check(record, image.bytes);
            image.take(record);
        }
        return image;
    }

    ImageBytes bytes() {
        return bytes;
    }

    PfnTable pfns() {
        return pfns;
    }

    DataPages pages() {
        return pages;
    }

    /** By p2m page, the pfn of the guest's page that holds it; {@code -1} where the stream named none. */
    long[] p2mPfns() {
        return p2mPfns;
    }

    RecordEntry p2mRecord() {
        RecordEntry found = p2mRecord;
        if (found == null) {
            throw new IllegalStateException("X86_PV_P2M_FRAMES: expected the rules to demand one");
        }
        return found;
    }

    /** By id, the vcpus that the stream has records of. */
    NavigableMap<Integer, VcpuBlobs> vcpus() {
        return vcpus;
    }

    @Nullable
    SharedInfoRecord sharedInfo() {
        return sharedInfo;
    }

    @Nullable
    TscInfo tsc() {
        return tsc;
    }

    @Nullable
    RecordEntry tscRecord() {
        return tscRecord;
    }

    @Nullable
    CpuidPolicy cpuid() {
        return cpuid;
    }

    @Nullable
    RecordEntry cpuidRecord() {
        return cpuidRecord;
    }

    @Nullable
    MsrPolicy msrs() {
        return msrs;
    }

    @Nullable
    RecordEntry msrsRecord() {
        return msrsRecord;
    }

    /** Where the bytes of a pfn's page stand, to say so in a complaint. */
    long offsetOf(long pfn) {
        int page = pfns.page(pfn);
        return page == PfnTable.NO_PAGE ? 0 : pages.offset(page);
    }

    private void take(RecordEntry record) {
        if (record.isHeader() || record.layer() != StreamLayer.LIBXC) {
            return;
        }
        switch (record.type()) {
            case LibxcRecord.X86_PV_INFO -> PvInfo.decode(record.body(bytes, PvInfo.BYTES), record.offset());
            case LibxcRecord.X86_CPUID_POLICY -> {
                cpuid = CpuidPolicy.decode(record.body(bytes, StreamLimits.POLICY_RECORD_MAX), record.offset());
                cpuidRecord = record;
            }
            case LibxcRecord.X86_MSR_POLICY -> {
                msrs = MsrPolicy.decode(record.body(bytes, StreamLimits.POLICY_RECORD_MAX), record.offset());
                msrsRecord = record;
            }
            case LibxcRecord.X86_PV_P2M_FRAMES -> p2mFrames(record);
            case LibxcRecord.PAGE_DATA -> pageData(record);
            case LibxcRecord.X86_TSC_INFO -> {
                tsc = TscInfo.decode(record.body(bytes, TscInfo.BYTES), record.offset());
                tscRecord = record;
            }
            case LibxcRecord.SHARED_INFO ->
                sharedInfo = SharedInfoRecord.decode(record.body(bytes, PageSize.BYTES), record.offset());
            case LibxcRecord.X86_PV_VCPU_BASIC,
                    LibxcRecord.X86_PV_VCPU_EXTENDED,
                    LibxcRecord.X86_PV_VCPU_XSAVE,
                    LibxcRecord.X86_PV_VCPU_MSRS -> vcpu(record);
            default -> {}
        }
    }

    /** A later record goes beyond an earlier one, or names other pages for the same part of the p2m. */
    private void p2mFrames(RecordEntry record) {
        pfns.growTo(P2mFrames.decodeRange(bytes, record).endPfn());
        P2mFrames frames = P2mFrames.decode(bytes, record);
        int needed = (int) ((pfns.pfns() + PfnTable.CHUNK - 1) / PfnTable.CHUNK);
        int known = p2mPfns.length;
        p2mPfns = Arrays.copyOf(p2mPfns, needed);
        Arrays.fill(p2mPfns, known, needed, NO_PFN);
        int first = (int) (frames.startPfn() / PfnTable.CHUNK);
        System.arraycopy(frames.p2mPfns(), 0, p2mPfns, first, frames.p2mPfns().length);
        p2mRecord = record;
    }

    private void pageData(RecordEntry record) {
        PageData.read(bytes, record, (pfn, type, offset) -> {
            if (!pfns.contains(pfn)) {
                throw new ImageCorruptException(
                        record.name(), record.offset(), "pfns up to " + Damage.hex(pfns.pfns() - 1), Damage.hex(pfn));
            }
            // What follows a VERIFY record repeats the pages to be compared with, and is not loaded.
            boolean loaded = offset >= 0 && !rules.verifying();
            pfns.take(pfn, type, loaded ? pages.add(offset) : PfnTable.NO_PAGE);
        });
    }

    private void vcpu(RecordEntry record) {
        VcpuRecord vcpu = VcpuRecord.decode(record.body(bytes, StreamLimits.VCPU_RECORD_MAX), record);
        if (vcpu.context().length > 0) {
            vcpus.computeIfAbsent(vcpu.vcpuId(), id -> new VcpuBlobs()).take(vcpu, record);
        }
    }
}
