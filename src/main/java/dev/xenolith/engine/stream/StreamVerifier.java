package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageIncompatibleException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every record of an image and says what is wrong where. Stricter than a restore: reserved fields and padding
 * must be zero, as Xen's {@code verify-stream-v2} has it. What breaks the framing ends the reading; everything else is
 * noted and the reading goes on, up to {@link #FINDINGS_MAX}.
 */
public final class StreamVerifier {

    public static final int FINDINGS_MAX = 100;

    private final ImageBytes image;
    private final StreamRules rules = new StreamRules();
    private final List<ImageFinding> findings = new ArrayList<>();

    private StreamVerifier(ImageBytes image) {
        this.image = image;
    }

    /** Empty for a sound image. */
    public static List<ImageFinding> verify(ImageBytes image) {
        StreamVerifier verifier = new StreamVerifier(image);
        verifier.run();
        return List.copyOf(verifier.findings);
    }

    private void run() {
        try {
            StreamRecords records = new StreamRecords(image);
            RecordEntry record;
            while (findings.size() < FINDINGS_MAX && (record = records.next()) != null) {
                RecordEntry current = record;
                guarded(current, () -> rules.check(current, image));
                guarded(current, () -> contents(current));
                reservedFields(current);
            }
        } catch (ImageCorruptException e) {
            findings.add(ImageFinding.of(e));
        } catch (ImageIncompatibleException e) {
            findings.add(ImageFinding.of(e));
        }
    }

    private void guarded(RecordEntry record, Runnable check) {
        try {
            check.run();
        } catch (ImageCorruptException e) {
            findings.add(ImageFinding.of(e));
        } catch (ImageIncompatibleException e) {
            findings.add(ImageFinding.of(record.name(), record.offset(), e));
        }
    }

    private void contents(RecordEntry record) {
        if (record.isHeader() || record.layer() != StreamLayer.LIBXC) {
            return;
        }
        switch (record.type()) {
            case LibxcRecord.PAGE_DATA ->
                PageData.read(image, record, (pfn, type, dataOffset) -> {
                    if (!rules.transparent() && pfn > rules.maxPfn()) {
                        throw Expect.broken(
                                record.name(),
                                record.offset(),
                                "pfns up to " + Expect.hex(rules.maxPfn()),
                                Expect.hex(pfn));
                    }
                });
            case LibxcRecord.X86_PV_INFO -> PvInfo.decode(record.body(image, PvInfo.BYTES), record.offset());
            case LibxcRecord.X86_PV_P2M_FRAMES -> P2mFrames.decodeRange(image, record);
            case LibxcRecord.X86_PV_VCPU_BASIC,
                    LibxcRecord.X86_PV_VCPU_EXTENDED,
                    LibxcRecord.X86_PV_VCPU_XSAVE,
                    LibxcRecord.X86_PV_VCPU_MSRS ->
                VcpuRecord.decode(record.body(image, StreamLimits.VCPU_RECORD_MAX), record);
            case LibxcRecord.SHARED_INFO ->
                Expect.length(record.name(), record.offset(), SharedInfoRecord.BYTES, record.length());
            case LibxcRecord.X86_TSC_INFO -> TscInfo.decode(record.body(image, TscInfo.BYTES), record.offset());
            case LibxcRecord.X86_CPUID_POLICY ->
                CpuidPolicy.decode(record.body(image, StreamLimits.POLICY_RECORD_MAX), record.offset());
            case LibxcRecord.X86_MSR_POLICY ->
                MsrPolicy.decode(record.body(image, StreamLimits.POLICY_RECORD_MAX), record.offset());
            default -> {}
        }
    }

    private void reservedFields(RecordEntry record) {
        ReservedFields.Breach breach = ReservedFields.check(image, record);
        if (breach != null) {
            findings.add(new ImageFinding(
                    ImageFinding.Kind.CORRUPT,
                    record.name(),
                    breach.offset(),
                    "zero in " + breach.field(),
                    "another value"));
        }
    }
}
