package dev.xenolith.engine.abi;

/**
 * The page a PV guest finds through rsi at its first instruction ({@code public/xen.h} struct start_info, 64-bit).
 *
 * <pre>
 *    0 magic[32]                         88 pt_base            (va)
 *   32 nr_pages                          96 nr_pt_frames
 *   40 shared_info   (maddr)            104 mfn_list           (va)
 *   48 flags u32                        112 mod_start          (va, or pfn with SIF_MOD_START_PFN)
 *   56 store_mfn                        120 mod_len            (bytes)
 *   64 store_evtchn u32                 128 cmd_line[1024]
 *   72 console.domU.mfn                1152 first_p2m_pfn
 *   80 console.domU.evtchn u32         1160 nr_p2m_frames
 * </pre>
 */
public final class StartInfo {

    public static final int MAGIC = 0;
    public static final int MAGIC_BYTES = 32;
    public static final int NR_PAGES = 32;
    public static final int SHARED_INFO = 40;
    public static final int FLAGS = 48;
    public static final int STORE_MFN = 56;
    public static final int STORE_EVTCHN = 64;
    public static final int CONSOLE_MFN = 72;
    public static final int CONSOLE_EVTCHN = 80;
    public static final int PT_BASE = 88;
    public static final int NR_PT_FRAMES = 96;
    public static final int MFN_LIST = 104;
    public static final int MOD_START = 112;
    public static final int MOD_LEN = 120;
    public static final int CMD_LINE = 128;
    public static final int CMD_LINE_BYTES = 1024;
    public static final int FIRST_P2M_PFN = 1152;
    public static final int NR_P2M_FRAMES = 1160;
    public static final int BYTES = 1168;

    /** What {@code magic} says to a 64-bit guest of any Xen since 3.0. */
    public static final String MAGIC_X86_64 = "xen-3.0-x86_64";

    /** {@code flags}: mod_start is a pfn and the ramdisk is not mapped. */
    public static final int SIF_MOD_START_PFN = 1 << 3;

    private StartInfo() {}
}
