package dev.xenolith.engine.cpu;

/**
 * Everything an instruction cannot do by itself: system calls, exceptions, and what is privileged and so trapped in a PV
 * guest. Implemented by {@code hypercall} and {@code domain}.
 *
 * <p>Each call comes at a precise state. In {@link #exception} rip is at the instruction that faulted; in all others it
 * is already past the instruction, so that a hook may deliver an event or move rip to a handler. A hook that throws {@link
 * Cpu#fault} must not have changed anything: rip goes back to the instruction and {@link #exception} is called. Any hook
 * may call {@link Cpu#requestStop}.
 */
public interface CpuEnvironment {
    void syscall(Cpu cpu);

    /**
     * Delivers an exception to the guest, or ends the domain.
     *
     * @param errorCode −1 for vectors that have none
     * @param cr2 the address of a #PF, else 0
     */
    void exception(Cpu cpu, int vector, int errorCode, long cr2);

    /** INT3 (vector 3), INT1 (vector 1) and INT n. The gate's privilege check is the environment's. */
    void softwareInterrupt(Cpu cpu, int vector);

    long readMsr(Cpu cpu, int index);

    void writeMsr(Cpu cpu, int index, long value);

    long readCr(Cpu cpu, int register);

    void writeCr(Cpu cpu, int register, long value);

    long readDr(Cpu cpu, int register);

    void writeDr(Cpu cpu, int register, long value);

    /** @param size 1, 2 or 4 */
    int in(Cpu cpu, int port, int size);

    void out(Cpu cpu, int port, int size, int value);

    void cli(Cpu cpu);

    void sti(Cpu cpu);

    void hlt(Cpu cpu);

    void clts(Cpu cpu);

    void invlpg(Cpu cpu, long va);

    /** WBINVD and INVD. */
    void wbinvd(Cpu cpu);

    /** CPUID, plain or with the forced-emulation prefix: eax and ecx in, eax, ebx, ecx and edx out (zero-extended). */
    void cpuid(Cpu cpu);

    long rdtsc(Cpu cpu);

    /** What RDTSCP leaves in ecx. */
    int tscAux(Cpu cpu);

    /** A PAUSE was executed: the guest may be spinning. */
    void pause(Cpu cpu);

    /**
     * The 8-byte GDT or LDT descriptor of a non-null selector, or 0 where the table has none; never faults. The accessed
     * bit need not be set.
     */
    long descriptor(Cpu cpu, int selector);

    /** SGDT, SIDT and the like run untrapped and show the host's values: a base and a limit that Xen would show. */
    long gdtBase(Cpu cpu);

    int gdtLimit(Cpu cpu);

    long idtBase(Cpu cpu);

    int idtLimit(Cpu cpu);

    /** SLDT. */
    int ldtSelector(Cpu cpu);

    /** STR. */
    int taskSelector(Cpu cpu);

    /** SMSW: the low bits of CR0. */
    long machineStatusWord(Cpu cpu);

    /** The guest enters 32-bit code, which this CPU does not run: end the domain with a clear refusal. */
    void compatMode(Cpu cpu, int codeSelector);
}
