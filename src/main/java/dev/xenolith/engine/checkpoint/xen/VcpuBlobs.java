package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.VcpuRecord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The records of one vcpu; of two of a kind the later counts. */
final class VcpuBlobs {

    /** A record's context and where it stands. */
    record Blob(byte[] context, RecordEntry record) {}

    private @Nullable RecordEntry last;
    private @Nullable Blob basic;
    private @Nullable Blob extended;
    private @Nullable Blob xsave;
    private @Nullable Blob msrs;

    void take(VcpuRecord vcpu, RecordEntry record) {
        Blob blob = new Blob(vcpu.context(), record);
        last = record;
        switch (record.type()) {
            case LibxcRecord.X86_PV_VCPU_BASIC -> basic = blob;
            case LibxcRecord.X86_PV_VCPU_EXTENDED -> extended = blob;
            case LibxcRecord.X86_PV_VCPU_XSAVE -> xsave = blob;
            case LibxcRecord.X86_PV_VCPU_MSRS -> msrs = blob;
            default -> throw new IllegalArgumentException(record.name() + " is no vcpu record");
        }
    }

    /** The last of them, to say where the vcpu is spoken of. */
    RecordEntry record() {
        return Objects.requireNonNull(last);
    }

    @Nullable
    Blob basic() {
        return basic;
    }

    @Nullable
    Blob extended() {
        return extended;
    }

    @Nullable
    Blob xsave() {
        return xsave;
    }

    @Nullable
    Blob msrs() {
        return msrs;
    }
}
