package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;

/** What a record says, in a line for people. Reads as little of it as that takes. */
public final class RecordMeaning {

    private final ImageBytes image;

    public RecordMeaning(ImageBytes image) {
        this.image = image;
    }

    /** Damage is part of the answer, so that a listing goes on behind it. */
    public String of(RecordEntry record) {
        try {
            return read(record);
        } catch (ImageCorruptException e) {
            return "damaged: " + e.getMessage();
        } catch (ImageIncompatibleException e) {
            return "not for this host: " + e.getMessage();
        }
    }

    private String read(RecordEntry record) {
        if (record.isHeader()) {
            return header(record);
        }
        return switch (record.layer()) {
            case XL -> "";
            case LIBXL -> libxl(record);
            case LIBXC -> libxc(record);
        };
    }

    private String header(RecordEntry record) {
        return switch (record.name()) {
            case XlHeader.NAME -> {
                XlHeader header = XlHeader.decode(image, record.offset());
                yield "mandatory flags " + Expect.hex(header.mandatoryFlags()) + ", configuration of "
                        + header.configuration().length + " bytes" + (header.json() ? ", JSON" : "");
            }
            case LibxlHeader.NAME ->
                "version " + LibxlHeader.decode(image, record.offset()).version();
            case ImageHeader.NAME ->
                "version " + ImageHeader.decode(image, record.offset()).version();
            case DomainHeader.NAME -> {
                DomainHeader header = DomainHeader.decode(image, record.offset());
                yield "x86 PV, from Xen " + header.xenMajor() + "." + header.xenMinor();
            }
            default -> "";
        };
    }

    private static String libxl(RecordEntry record) {
        return switch (record.type()) {
            case LibxlRecord.END -> "end of the libxl stream";
            case LibxlRecord.LIBXC_CONTEXT -> "a libxc stream follows";
            case LibxlRecord.EMULATOR_XENSTORE_DATA, LibxlRecord.EMULATOR_CONTEXT -> "of a device model";
            case LibxlRecord.CHECKPOINT_END, LibxlRecord.CHECKPOINT_STATE -> "of a checkpointed stream";
            default -> "unknown";
        };
    }

    private String libxc(RecordEntry record) {
        return switch (record.type()) {
            case LibxcRecord.END -> "end of the libxc stream";
            case LibxcRecord.PAGE_DATA -> pages(record);
            case LibxcRecord.X86_PV_INFO -> {
                PvInfo info = PvInfo.decode(record.body(image, PvInfo.BYTES), record.offset());
                yield info.guestWidth() + " byte words, " + info.ptLevels() + " page-table levels";
            }
            case LibxcRecord.X86_PV_P2M_FRAMES -> {
                P2mFrames range = P2mFrames.decodeRange(image, record);
                yield "p2m of pfns " + Expect.hex(range.startPfn()) + " to " + Expect.hex(range.endPfn());
            }
            case LibxcRecord.X86_PV_VCPU_BASIC,
                    LibxcRecord.X86_PV_VCPU_EXTENDED,
                    LibxcRecord.X86_PV_VCPU_XSAVE,
                    LibxcRecord.X86_PV_VCPU_MSRS -> vcpu(record);
            case LibxcRecord.SHARED_INFO -> "the shared info page";
            case LibxcRecord.X86_TSC_INFO -> {
                TscInfo tsc = TscInfo.decode(record.body(image, TscInfo.BYTES), record.offset());
                yield tsc.khz() + " kHz, " + tsc.nsec() + " ns, incarnation " + tsc.incarnation();
            }
            case LibxcRecord.STATIC_DATA_END -> "end of what running does not change";
            case LibxcRecord.X86_CPUID_POLICY -> record.length() / CpuidPolicy.Leaf.BYTES + " leaves";
            case LibxcRecord.X86_MSR_POLICY -> record.length() / MsrPolicy.Msr.BYTES + " MSRs";
            case LibxcRecord.VERIFY -> "what follows repeats memory, to compare";
            case LibxcRecord.CHECKPOINT -> "what precedes is a consistent whole";
            case LibxcRecord.HVM_CONTEXT, LibxcRecord.HVM_PARAMS -> "of an HVM guest";
            case LibxcRecord.TOOLSTACK, LibxcRecord.CHECKPOINT_DIRTY_PFN_LIST -> "not for a saved PV guest";
            case LibxcRecord.XENOLITH_TRANSPARENT -> "a transparent image: raw machine frame numbers, not for Xen";
            case LibxcRecord.XENOLITH_PAGE_INDEX -> "where each page stands, and its CRC32C";
            case LibxcRecord.XENOLITH_DOMAIN_CONTEXT -> "state that only the hypervisor holds";
            default -> "unknown";
        };
    }

    private String pages(RecordEntry record) {
        long[] seen = {Long.MAX_VALUE, 0, 0, 0, 0};
        PageData.read(image, record, (pfn, type, dataOffset) -> {
            seen[0] = Math.min(seen[0], pfn);
            seen[1] = Math.max(seen[1], pfn);
            seen[2]++;
            seen[3] += type.hasData() ? 1 : 0;
            seen[4] += type.isTable() ? 1 : 0;
        });
        return seen[2] + " pages, " + Expect.hex(seen[0]) + " to " + Expect.hex(seen[1]) + ", " + seen[3]
                + " with data, " + seen[4] + " page tables";
    }

    private String vcpu(RecordEntry record) {
        Expect.atLeast(record.name(), record.offset(), VcpuRecord.HEADER_BYTES, record.length());
        ByteBuffer header = image.read(record.name(), record.bodyOffset(), VcpuRecord.HEADER_BYTES);
        return "vcpu " + Integer.toUnsignedString(header.getInt()) + ", " + (record.length() - VcpuRecord.HEADER_BYTES)
                + " bytes";
    }
}
