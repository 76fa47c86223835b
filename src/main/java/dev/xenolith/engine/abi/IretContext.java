package dev.xenolith.engine.abi;

/** What HYPERVISOR_iret pops from the guest's stack ({@code public/arch-x86/xen-x86_64.h} struct iret_context). */
public final class IretContext {

    public static final int RAX = 0;
    public static final int R11 = 8;
    public static final int RCX = 16;
    public static final int FLAGS = 24;
    public static final int RIP = 32;
    public static final int CS = 40;
    public static final int RFLAGS = 48;
    public static final int RSP = 56;
    public static final int SS = 64;
    public static final int BYTES = 72;

    /** Flag: leave rcx and r11 to what sysret makes of them. */
    public static final int IN_SYSCALL = 256;

    private IretContext() {}
}
