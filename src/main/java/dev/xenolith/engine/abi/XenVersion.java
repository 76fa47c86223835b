package dev.xenolith.engine.abi;

/** Commands of xen_version and feature bits ({@code public/version.h}, {@code public/features.h}). */
public final class XenVersion {

    public static final int VERSION = 0;
    public static final int EXTRAVERSION = 1;
    public static final int COMPILE_INFO = 2;
    public static final int CAPABILITIES = 3;
    public static final int CHANGESET = 4;
    public static final int PLATFORM_PARAMETERS = 5;
    public static final int GET_FEATURES = 6;
    public static final int PAGESIZE = 7;
    public static final int GUEST_HANDLE = 8;
    public static final int COMMANDLINE = 9;
    public static final int BUILD_ID = 10;

    /** Sizes of the strings. */
    public static final int EXTRAVERSION_BYTES = 16;

    public static final int CAPABILITIES_BYTES = 1024;
    public static final int CHANGESET_BYTES = 64;
    public static final int COMMANDLINE_BYTES = 1024;

    /** {@code xen_compile_info}: compiler, compile_by, compile_domain, compile_date. */
    public static final int COMPILER_BYTES = 64;

    public static final int COMPILE_BY_BYTES = 16;
    public static final int COMPILE_DOMAIN_BYTES = 32;
    public static final int COMPILE_DATE_BYTES = 32;

    /** Feature bits, {@code XENFEAT_*}. */
    public static final int FEAT_PAE_PGDIR_ABOVE_4GB = 4;

    public static final int FEAT_MMU_PT_UPDATE_PRESERVE_AD = 5;
    public static final int FEAT_HIGHMEM_ASSIST = 6;
    public static final int FEAT_GNTTAB_MAP_AVAIL_BITS = 7;
    public static final int FEAT_MEMORY_OP_VNODE_SUPPORTED = 13;
    public static final int FEAT_DIRECT_MAPPED = 17;

    private XenVersion() {}
}
