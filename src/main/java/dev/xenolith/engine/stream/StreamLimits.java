package dev.xenolith.engine.stream;

/** What an image from outside may at most ask of us. */
public final class StreamLimits {

    /** As {@code REC_LENGTH_MAX} in {@code tools/libs/guest/xg_sr_stream_format.h}. */
    public static final long RECORD_LENGTH_MAX = 128L << 20;

    /** Records in one image; a 1 TiB domain in records of 1024 pages needs 262,144. */
    public static final int RECORDS_MAX = 1 << 20;

    /** The xl header's optional data: a domain's configuration. */
    public static final int OPTIONAL_DATA_MAX = 4 << 20;

    /** Highest guest frame number an image may name: 16 TiB of pseudo-physical space. */
    public static final long PFN_MAX = (1L << 32) - 1;

    /** Bytes of one vcpu record; Xen's largest is an XSAVE area of less than 16 KiB. */
    public static final int VCPU_RECORD_MAX = 64 << 10;

    /** Bytes of a CPUID or MSR policy record. */
    public static final int POLICY_RECORD_MAX = 64 << 10;

    /** {@code XEN_LEGACY_MAX_VCPUS} bounds vcpu_info in shared info; more vcpus register theirs. */
    public static final int VCPUS_MAX = 512;

    private StreamLimits() {}
}
