package dev.xenolith.engine.abi;

/** A vcpu as domctls and VCPUOP_initialise see it ({@code public/arch-x86/xen.h} struct vcpu_guest_context, 64-bit). */
public final class VcpuGuestContext {

    public static final int FPU = 0;
    public static final int FPU_BYTES = 512;
    public static final int FLAGS = 512;
    public static final int USER_REGS = 520;
    public static final int TRAPS = 720;
    public static final int LDT_BASE = 4816;
    public static final int LDT_ENTRIES = 4824;
    public static final int GDT_FRAMES = 4832;
    public static final int GDT_FRAME_COUNT = 16;
    public static final int GDT_ENTRIES = 4960;
    public static final int KERNEL_SS = 4968;
    public static final int KERNEL_SP = 4976;
    public static final int CTRLREG = 4984;
    public static final int DEBUGREG = 5048;
    public static final int EVENT_CALLBACK = 5112;
    public static final int FAILSAFE_CALLBACK = 5120;
    public static final int SYSCALL_CALLBACK = 5128;
    public static final int VM_ASSIST = 5136;
    public static final int FS_BASE = 5144;
    public static final int GS_BASE_KERNEL = 5152;
    public static final int GS_BASE_USER = 5160;
    public static final int BYTES = 5168;

    /** Offsets in user_regs ({@code struct cpu_user_regs}). */
    public static final int R15 = 0;

    public static final int R14 = 8;
    public static final int R13 = 16;
    public static final int R12 = 24;
    public static final int RBP = 32;
    public static final int RBX = 40;
    public static final int R11 = 48;
    public static final int R10 = 56;
    public static final int R9 = 64;
    public static final int R8 = 72;
    public static final int RAX = 80;
    public static final int RCX = 88;
    public static final int RDX = 96;
    public static final int RSI = 104;
    public static final int RDI = 112;
    public static final int ERROR_CODE = 120;
    public static final int ENTRY_VECTOR = 124;
    public static final int RIP = 128;
    public static final int CS = 136;
    public static final int UPCALL_MASK = 140;
    public static final int RFLAGS = 144;
    public static final int RSP = 152;
    public static final int SS = 160;
    public static final int ES = 168;
    public static final int DS = 176;
    public static final int FS = 184;
    public static final int GS = 192;
    public static final int USER_REGS_BYTES = 200;

    /** Bits of flags, {@code VGCF_*}. */
    public static final int VGCF_I387_VALID = 1;

    public static final int VGCF_IN_KERNEL = 4;
    public static final int VGCF_FAILSAFE_DISABLES_EVENTS = 8;
    public static final int VGCF_SYSCALL_DISABLES_EVENTS = 16;
    public static final int VGCF_ONLINE = 32;

    private VcpuGuestContext() {}
}
