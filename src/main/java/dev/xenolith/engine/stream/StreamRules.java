package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;

/**
 * Which record may follow which, as {@code tools/libs/guest/xg_sr_restore.c} and {@code xg_sr_restore_x86_pv.c} insist:
 *
 * <pre>
 *   X86_PV_INFO ─► X86_PV_P2M_FRAMES ─► PAGE_DATA
 *   X86_PV_INFO ─► SHARED_INFO
 *   STATIC_DATA_END once, before the p2m frames; a v2 stream has none, it is inferred there
 *   END needs all of these and a VCPU_BASIC
 * </pre>
 *
 * A stream that opens with XENOLITH_TRANSPARENT is of the other flavour and has its own order:
 * info, STATIC_DATA_END, PAGE_DATA, XENOLITH_PAGE_INDEX, XENOLITH_DOMAIN_CONTEXT, END.
 *
 * <p>Optional records nobody knows pass. Mandatory ones, and those for other kinds of guests, are incompatible.
 */
public final class StreamRules {

    private int version = ImageHeader.VERSION;
    private boolean sawLibxcContext;
    private boolean sawLibxcRecord;
    private boolean transparent;
    private boolean sawInfo;
    private boolean sawStaticDataEnd;
    private boolean sawP2mFrames;
    private boolean sawPages;
    private boolean sawVcpu;
    private boolean sawIndex;
    private boolean sawContext;
    private boolean sawVerify;
    private long maxPfn = -1;

    /** Whether the stream is of our transparent flavour. */
    public boolean transparent() {
        return transparent;
    }

    /** Whether a VERIFY record came: later pages repeat earlier ones. */
    public boolean verifying() {
        return sawVerify;
    }

    /** The highest pfn the p2m frames allow, −1 before they came. */
    public long maxPfn() {
        return maxPfn;
    }

    public void check(RecordEntry record, ImageBytes image) {
        if (record.isHeader()) {
            if (record.name().equals(ImageHeader.NAME)) {
                version = ImageHeader.decode(image, record.offset()).version();
            }
            return;
        }
        if (!RecordName.known(record.layer(), record.type())) {
            checkUnknown(record);
            return;
        }
        if (record.layer() == StreamLayer.LIBXL) {
            libxl(record);
        } else {
            libxc(record, image);
        }
    }

    private static void checkUnknown(RecordEntry record) {
        if (RecordHeader.mandatory(record.type())) {
            throw new ImageIncompatibleException(record.name() + " at offset " + record.offset(), "no such record");
        }
    }

    private void libxl(RecordEntry record) {
        switch (record.type()) {
            case LibxlRecord.LIBXC_CONTEXT -> {
                require(!sawLibxcContext, record, "one LIBXC_CONTEXT", "a second one");
                sawLibxcContext = true;
                empty(record);
            }
            case LibxlRecord.END -> {
                require(sawLibxcContext, record, "a LIBXC_CONTEXT before END", "none");
                empty(record);
            }
            case LibxlRecord.EMULATOR_CONTEXT -> throw unwanted(record, "PV guests, which have no device model");
            case LibxlRecord.CHECKPOINT_END, LibxlRecord.CHECKPOINT_STATE ->
                throw unwanted(record, "plain streams, not checkpointed ones");
            default -> {}
        }
    }

    private void libxc(RecordEntry record, ImageBytes image) {
        boolean first = !sawLibxcRecord;
        sawLibxcRecord = true;
        switch (record.type()) {
            case LibxcRecord.XENOLITH_TRANSPARENT -> {
                require(first, record, "to be the first libxc record", "a later place");
                transparent = true;
            }
            case LibxcRecord.X86_PV_INFO -> {
                require(!sawInfo, record, "one X86_PV_INFO", "a second one");
                sawInfo = true;
            }
            case LibxcRecord.STATIC_DATA_END -> staticDataEnd(record);
            case LibxcRecord.X86_CPUID_POLICY, LibxcRecord.X86_MSR_POLICY ->
                require(!sawStaticDataEnd, record, "to come before STATIC_DATA_END", "a later place");
            case LibxcRecord.X86_PV_P2M_FRAMES -> p2mFrames(record, image);
            case LibxcRecord.PAGE_DATA -> pageData(record);
            case LibxcRecord.SHARED_INFO -> {
                flavour(record, false);
                require(sawInfo, record, "X86_PV_INFO before it", "none");
            }
            case LibxcRecord.X86_PV_VCPU_BASIC -> {
                flavour(record, false);
                sawVcpu = true;
            }
            case LibxcRecord.X86_PV_VCPU_EXTENDED,
                    LibxcRecord.X86_PV_VCPU_XSAVE,
                    LibxcRecord.X86_PV_VCPU_MSRS,
                    LibxcRecord.X86_TSC_INFO -> flavour(record, false);
            case LibxcRecord.VERIFY -> {
                flavour(record, false);
                empty(record);
                sawVerify = true;
            }
            case LibxcRecord.XENOLITH_PAGE_INDEX -> {
                flavour(record, true);
                require(sawStaticDataEnd, record, "STATIC_DATA_END before it", "none");
                require(!sawIndex, record, "one XENOLITH_PAGE_INDEX", "a second one");
                sawIndex = true;
            }
            case LibxcRecord.XENOLITH_DOMAIN_CONTEXT -> {
                flavour(record, true);
                require(sawIndex, record, "XENOLITH_PAGE_INDEX before it", "none");
                require(!sawContext, record, "one XENOLITH_DOMAIN_CONTEXT", "a second one");
                sawContext = true;
            }
            case LibxcRecord.CHECKPOINT -> throw unwanted(record, "plain streams, not checkpointed ones");
            case LibxcRecord.END -> end(record);
            default -> throw unwanted(record, "x86 PV records");
        }
    }

    private void staticDataEnd(RecordEntry record) {
        require(version >= 3, record, "no such record in a v2 stream", "one");
        require(!sawStaticDataEnd, record, "one STATIC_DATA_END", "a second one");
        empty(record);
        sawStaticDataEnd = true;
    }

    private void p2mFrames(RecordEntry record, ImageBytes image) {
        flavour(record, false);
        inferStaticDataEnd();
        require(sawStaticDataEnd, record, "STATIC_DATA_END before it", "none");
        require(sawInfo, record, "X86_PV_INFO before it", "none");
        maxPfn = Math.max(maxPfn, P2mFrames.decodeRange(image, record).endPfn());
        sawP2mFrames = true;
    }

    private void pageData(RecordEntry record) {
        inferStaticDataEnd();
        require(sawStaticDataEnd, record, "STATIC_DATA_END before it", "none");
        if (transparent) {
            require(!sawIndex, record, "to come before XENOLITH_PAGE_INDEX", "a later place");
        } else {
            require(sawP2mFrames, record, "X86_PV_P2M_FRAMES before it", "none");
        }
        sawPages = true;
    }

    private void end(RecordEntry record) {
        empty(record);
        require(sawInfo, record, "an X86_PV_INFO before END", "none");
        if (transparent) {
            require(sawContext, record, "a XENOLITH_DOMAIN_CONTEXT before END", "none");
        } else {
            require(sawP2mFrames, record, "an X86_PV_P2M_FRAMES before END", "none");
            require(sawPages, record, "a PAGE_DATA before END", "none");
            require(sawVcpu, record, "an X86_PV_VCPU_BASIC before END", "none");
        }
    }

    private void inferStaticDataEnd() {
        sawStaticDataEnd |= version < 3;
    }

    private void flavour(RecordEntry record, boolean wantsTransparent) {
        require(
                transparent == wantsTransparent,
                record,
                wantsTransparent ? "XENOLITH_TRANSPARENT to open the stream" : "no such record in a transparent image",
                wantsTransparent ? "another record" : "one");
    }

    private static void empty(RecordEntry record) {
        Expect.length(record.name(), record.offset(), 0, record.length());
    }

    private static void require(boolean holds, RecordEntry record, String expected, String got) {
        Expect.that(holds, record.name(), record.offset(), expected, got);
    }

    private static ImageIncompatibleException unwanted(RecordEntry record, String has) {
        return new ImageIncompatibleException(record.name() + " at offset " + record.offset(), has);
    }
}
