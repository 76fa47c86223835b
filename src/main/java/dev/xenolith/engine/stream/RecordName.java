package dev.xenolith.engine.stream;

/** The specification's name of a record type. */
public final class RecordName {

    private RecordName() {}

    public static String of(StreamLayer layer, int type) {
        String known = switch (layer) {
            case XL -> "";
            case LIBXL -> libxl(type);
            case LIBXC -> libxc(type);
        };
        return known.isEmpty() ? unknown(layer, type) : known;
    }

    public static boolean known(StreamLayer layer, int type) {
        return switch (layer) {
            case XL -> false;
            case LIBXL -> !libxl(type).isEmpty();
            case LIBXC -> !libxc(type).isEmpty();
        };
    }

    private static String unknown(StreamLayer layer, int type) {
        String need = RecordHeader.mandatory(type) ? "mandatory" : "optional";
        return layer + " " + need + " record " + Expect.hex(Integer.toUnsignedLong(type));
    }

    private static String libxl(int type) {
        return switch (type) {
            case LibxlRecord.END -> "END";
            case LibxlRecord.LIBXC_CONTEXT -> "LIBXC_CONTEXT";
            case LibxlRecord.EMULATOR_XENSTORE_DATA -> "EMULATOR_XENSTORE_DATA";
            case LibxlRecord.EMULATOR_CONTEXT -> "EMULATOR_CONTEXT";
            case LibxlRecord.CHECKPOINT_END -> "CHECKPOINT_END";
            case LibxlRecord.CHECKPOINT_STATE -> "CHECKPOINT_STATE";
            default -> "";
        };
    }

    private static String libxc(int type) {
        return switch (type) {
            case LibxcRecord.END -> "END";
            case LibxcRecord.PAGE_DATA -> "PAGE_DATA";
            case LibxcRecord.X86_PV_INFO -> "X86_PV_INFO";
            case LibxcRecord.X86_PV_P2M_FRAMES -> "X86_PV_P2M_FRAMES";
            case LibxcRecord.X86_PV_VCPU_BASIC -> "X86_PV_VCPU_BASIC";
            case LibxcRecord.X86_PV_VCPU_EXTENDED -> "X86_PV_VCPU_EXTENDED";
            case LibxcRecord.X86_PV_VCPU_XSAVE -> "X86_PV_VCPU_XSAVE";
            case LibxcRecord.SHARED_INFO -> "SHARED_INFO";
            case LibxcRecord.X86_TSC_INFO -> "X86_TSC_INFO";
            case LibxcRecord.HVM_CONTEXT -> "HVM_CONTEXT";
            case LibxcRecord.HVM_PARAMS -> "HVM_PARAMS";
            case LibxcRecord.TOOLSTACK -> "TOOLSTACK";
            case LibxcRecord.X86_PV_VCPU_MSRS -> "X86_PV_VCPU_MSRS";
            case LibxcRecord.VERIFY -> "VERIFY";
            case LibxcRecord.CHECKPOINT -> "CHECKPOINT";
            case LibxcRecord.CHECKPOINT_DIRTY_PFN_LIST -> "CHECKPOINT_DIRTY_PFN_LIST";
            case LibxcRecord.STATIC_DATA_END -> "STATIC_DATA_END";
            case LibxcRecord.X86_CPUID_POLICY -> "X86_CPUID_POLICY";
            case LibxcRecord.X86_MSR_POLICY -> "X86_MSR_POLICY";
            case LibxcRecord.XENOLITH_TRANSPARENT -> "XENOLITH_TRANSPARENT";
            case LibxcRecord.XENOLITH_PAGE_INDEX -> "XENOLITH_PAGE_INDEX";
            case LibxcRecord.XENOLITH_DOMAIN_CONTEXT -> "XENOLITH_DOMAIN_CONTEXT";
            default -> "";
        };
    }
}
