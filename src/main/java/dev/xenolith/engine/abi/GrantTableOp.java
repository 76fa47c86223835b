package dev.xenolith.engine.abi;

/** Commands and argument offsets of {@code grant_table_op} ({@code public/grant_table.h}). */
public final class GrantTableOp {

    public static final int MAP_GRANT_REF = 0;
    public static final int UNMAP_GRANT_REF = 1;
    public static final int SETUP_TABLE = 2;
    public static final int DUMP_TABLE = 3;
    public static final int TRANSFER = 4;
    public static final int COPY = 5;
    public static final int QUERY_SIZE = 6;
    public static final int UNMAP_AND_REPLACE = 7;
    public static final int SET_VERSION = 8;
    public static final int GET_STATUS_FRAMES = 9;
    public static final int GET_VERSION = 10;
    public static final int SWAP_GRANT_REF = 11;
    public static final int CACHE_FLUSH = 12;

    /** {@code gnttab_map_grant_ref}: u64 host_addr, u32 flags, u32 ref, u16 dom; out s16 status, u32 handle, u64 bus. */
    public static final int MAP_HOST_ADDR = 0;

    public static final int MAP_FLAGS = 8;
    public static final int MAP_REF = 12;
    public static final int MAP_DOM = 16;
    public static final int MAP_STATUS = 18;
    public static final int MAP_HANDLE = 20;
    public static final int MAP_DEV_BUS_ADDR = 24;
    public static final int MAP_BYTES = 32;

    /** {@code gnttab_unmap_grant_ref}: u64 host_addr, u64 dev_bus_addr, u32 handle; out s16 status. */
    public static final int UNMAP_HOST_ADDR = 0;

    public static final int UNMAP_DEV_BUS_ADDR = 8;
    public static final int UNMAP_HANDLE = 16;
    public static final int UNMAP_STATUS = 20;
    public static final int UNMAP_BYTES = 24;

    /** {@code gnttab_unmap_and_replace}: as unmap, with u64 new_addr in the place of the bus address. */
    public static final int REPLACE_NEW_ADDR = 8;

    /** {@code gnttab_setup_table}: u16 dom, u32 nr_frames; out s16 status; pointer to the frame list. */
    public static final int SETUP_DOM = 0;

    public static final int SETUP_NR_FRAMES = 4;
    public static final int SETUP_STATUS = 8;
    public static final int SETUP_FRAME_LIST = 16;
    public static final int SETUP_BYTES = 24;

    /** {@code gnttab_dump_table}: u16 dom; out s16 status. */
    public static final int DUMP_DOM = 0;

    public static final int DUMP_STATUS = 2;
    public static final int DUMP_BYTES = 4;

    /** {@code gnttab_transfer}: u64 mfn, u16 domid, u32 ref; out s16 status. */
    public static final int TRANSFER_MFN = 0;

    public static final int TRANSFER_STATUS = 16;
    public static final int TRANSFER_BYTES = 24;

    /** {@code gnttab_copy}: two of {u64 ref or gmfn, u16 domid, u16 offset}, u16 len, u16 flags; out s16 status. */
    public static final int COPY_SOURCE = 0;

    public static final int COPY_DEST = 16;
    public static final int COPY_PTR_FRAME = 0;
    public static final int COPY_PTR_DOMID = 8;
    public static final int COPY_PTR_OFFSET = 10;
    public static final int COPY_LEN = 32;
    public static final int COPY_FLAGS = 34;
    public static final int COPY_STATUS = 36;
    public static final int COPY_BYTES = 40;

    public static final int COPY_SOURCE_GREF = 1;
    public static final int COPY_DEST_GREF = 1 << 1;

    /** {@code gnttab_query_size}: u16 dom; out u32 nr_frames, u32 max_nr_frames, s16 status. */
    public static final int QUERY_DOM = 0;

    public static final int QUERY_NR_FRAMES = 4;
    public static final int QUERY_MAX_NR_FRAMES = 8;
    public static final int QUERY_STATUS = 12;
    public static final int QUERY_BYTES = 16;

    /** {@code gnttab_set_version}: u32 version, in and out. */
    public static final int SET_VERSION_BYTES = 4;

    /** {@code gnttab_get_status_frames}: u32 nr_frames, u16 dom; out s16 status; pointer to the frame list. */
    public static final int STATUS_FRAMES_NR_FRAMES = 0;

    public static final int STATUS_FRAMES_DOM = 4;
    public static final int STATUS_FRAMES_STATUS = 6;
    public static final int STATUS_FRAMES_BYTES = 16;

    /** {@code gnttab_get_version}: u16 dom, u16 pad; out u32 version. */
    public static final int GET_VERSION_DOM = 0;

    public static final int GET_VERSION_VERSION = 4;
    public static final int GET_VERSION_BYTES = 8;

    /** {@code gnttab_swap_grant_ref}: u32 ref_a, u32 ref_b; out s16 status. */
    public static final int SWAP_REF_A = 0;

    public static final int SWAP_REF_B = 4;
    public static final int SWAP_STATUS = 8;
    public static final int SWAP_BYTES = 12;

    /** {@code gnttab_cache_flush}: u64 bus address or ref, u16 offset, u16 length, u32 op. */
    public static final int CACHE_FLUSH_ADDR = 0;

    public static final int CACHE_FLUSH_OFFSET = 8;
    public static final int CACHE_FLUSH_LENGTH = 10;
    public static final int CACHE_FLUSH_OP = 12;
    public static final int CACHE_FLUSH_BYTES = 16;

    public static final int CACHE_CLEAN = 1;
    public static final int CACHE_INVAL = 1 << 1;
    public static final int CACHE_SOURCE_GREF = 1 << 31;

    /** {@code GNTMAP_*}. */
    public static final int GNTMAP_DEVICE_MAP = 1;

    public static final int GNTMAP_HOST_MAP = 1 << 1;
    public static final int GNTMAP_READONLY = 1 << 2;
    public static final int GNTMAP_APPLICATION_MAP = 1 << 3;
    public static final int GNTMAP_CONTAINS_PTE = 1 << 4;

    private GrantTableOp() {}
}
