package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FpuState;
import java.util.Arrays;

/** One vcpu. */
public final class Cpu {
    final AddressSpace space;
    final CpuEnvironment env;
    final CodeCache cache;
    private final GuestFault fault = new GuestFault();
    private final FpuState fpu = new FpuState();
    private final long[] gpr = new long[Gpr.COUNT + 1];
    private final int[] selectors = new int[Sreg.COUNT];
    private long rip;
    private long rflags = Rflags.FIXED;
    private long fsBase;
    private long gsBase;
    private long kernelGsBase;
    private boolean kernelMode = true;
    private boolean ts;

    public Cpu(AddressSpace space, CpuEnvironment env, CodeCache cache) {
        this.space = space;
        this.env = env;
        this.cache = cache;
    }

    /**
     * Executes until so many instructions retired or {@link #requestStop} was called; a fault or a trapped instruction
     * counts as one. Stops only between instructions; a repeated string instruction may be left half-way with rip on it.
     *
     * @return how many retired
     */
    public long run(long maxInstructions) {
        return maxInstructions > 0 ? 0 : maxInstructions;
    }

    /** From a hook of {@link CpuEnvironment}: {@link #run} returns after the present instruction. */
    public void requestStop() {}

    public long gpr(int register) {
        return gpr[register];
    }

    public void setGpr(int register, long value) {
        gpr[register] = value;
    }

    public long rip() {
        return rip;
    }

    public void setRip(long value) {
        rip = value;
    }

    public long rflags() {
        return rflags;
    }

    public void setRflags(long value) {
        rflags = value;
    }

    public int selector(int segment) {
        return selectors[segment];
    }

    /** Sets the selector alone: no descriptor is read, no base changes. */
    public void setSelector(int segment, int selector) {
        selectors[segment] = selector;
    }

    public long fsBase() {
        return fsBase;
    }

    public void setFsBase(long value) {
        fsBase = value;
    }

    public long gsBase() {
        return gsBase;
    }

    public void setGsBase(long value) {
        gsBase = value;
    }

    /** The GS base that is not in use. */
    public long kernelGsBase() {
        return kernelGsBase;
    }

    public void setKernelGsBase(long value) {
        kernelGsBase = value;
    }

    /** Exchanges the two GS bases, as a change of guest mode does. */
    public void swapGs() {
        long other = kernelGsBase;
        kernelGsBase = gsBase;
        gsBase = other;
    }

    /** Whether the guest is in its kernel; both modes run at CPL 3. */
    public boolean kernelMode() {
        return kernelMode;
    }

    /** Changes the tables in use and the TLB with them; bases and selectors are the caller's. */
    public void setKernelMode(boolean value) {
        kernelMode = value;
    }

    /** CR0.TS. */
    public boolean taskSwitched() {
        return ts;
    }

    public void setTaskSwitched(boolean value) {
        ts = value;
    }

    public FpuState fpu() {
        return fpu;
    }

    /** The fault to throw; {@code errorCode} −1 where the vector has none. */
    public GuestFault fault(int vector, int errorCode) {
        return fault.with(vector, errorCode, 0);
    }

    public GuestFault pageFault(long va, int errorCode) {
        return fault.with(Vector.PF, errorCode, va);
    }

    /** Forgets every translation of both modes. */
    public void flushTlb() {}

    /** Forgets every translation of one mode. */
    public void flushTlb(boolean ofKernelMode) {}

    /** Forgets the translations of one virtual page in both modes. */
    public void flushTlbPage(long va) {}

    /** Forgets every translation to a host page (offset of its first byte), because what backs a frame moved. */
    public void dropFrame(long hostPage) {}

    /** Forgets every translation that allows stores to a host page: it became code, a page table or clean. */
    public void dropFrameWrites(long hostPage) {}

    public CpuSnapshot snapshot() {
        return new CpuSnapshot(
                Arrays.copyOf(gpr, Gpr.COUNT),
                rip,
                rflags(),
                selectors.clone(),
                fsBase,
                gsBase,
                kernelGsBase,
                kernelMode,
                ts,
                fpu.copy());
    }

    /** Makes this vcpu what the snapshot says and forgets every translation. */
    public void load(CpuSnapshot snapshot) {
        System.arraycopy(snapshot.gpr(), 0, gpr, 0, Gpr.COUNT);
        rip = snapshot.rip();
        setRflags(snapshot.rflags());
        System.arraycopy(snapshot.selectors(), 0, selectors, 0, Sreg.COUNT);
        fsBase = snapshot.fsBase();
        gsBase = snapshot.gsBase();
        kernelGsBase = snapshot.kernelGsBase();
        ts = snapshot.ts();
        fpu.copyFrom(snapshot.fpu());
        setKernelMode(snapshot.kernelMode());
        flushTlb();
    }
}
