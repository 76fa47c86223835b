package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FpuState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One vcpu: its registers towards the rest of the hypervisor, and the loop that runs blocks.
 *
 * <p>Instructions are counted a block at a time, before the block runs; who leaves a block early gives the rest back. A
 * block that is longer than what is left of the budget is not entered: the last instructions run one by one.
 */
public final class Cpu extends CpuMemory {
    final CpuEnvironment env;
    private final CodeCache cache;
    private final BlockBuilder builder = new BlockBuilder(this);
    final FpuState fpu = new FpuState();
    private long kernelGsBase;
    private boolean kernelMode = true;
    boolean ts;

    /** Instructions still to run; 0 after {@link #requestStop}, which moves them to {@code withheld}. */
    private long left;

    private long withheld;

    /** What the present run began with. */
    private long budget;

    private boolean stopRequested;

    /** The next instruction runs in a block of its own. */
    private boolean alone;

    /** The branch that looks for its successor. */
    @Nullable
    Branch linkFrom;

    public Cpu(AddressSpace space, CpuEnvironment env, CodeCache cache) {
        super(space);
        this.env = env;
        this.cache = cache;
    }

    @Override
    Cpu self() {
        return this;
    }

    /**
     * Executes until so many instructions retired or {@link #requestStop} was called. A fault or a trapped instruction
     * counts as one (else a guest that faults for ever would never give its pCPU back), and so does each part of a
     * repeated string instruction, of which a part ends with a page at the latest; rip is then still on it.
     *
     * @return how many retired
     */
    public long run(long maxInstructions) {
        budget = Math.max(maxInstructions, 0);
        left = budget;
        withheld = 0;
        stopRequested = false;
        while (left > 0) {
            try {
                interpret();
            } catch (GuestFault fault) {
                deliver(fault);
            } catch (RunAlone again) {
                giveBack(1);
                alone = true;
            }
        }
        return budget - withheld;
    }

    private void interpret() {
        while (left > 0) {
            Block block = tlb.blocks[Tlb.blockSlot(rip)];
            if (block.va != rip) {
                block = find();
            }
            if (linkFrom != null) {
                linkFrom.link(block);
                linkFrom = null;
            }
            if (left < block.count || alone || (control & Rflags.TF) != 0) {
                step();
            } else {
                enter(block);
            }
        }
    }

    private void enter(Block first) {
        Block block = first;
        do {
            left -= block.count;
            block = block.first.x(this);
        } while (block != null && left >= block.count);
        if (block != null) {
            rip = block.va;
        }
    }

    /** One instruction, decoded for this once. */
    private void step() {
        boolean trap = (control & Rflags.TF) != 0;
        alone = false;
        current = null;
        Block block = builder.build(rip, execPage(rip), 1);
        left--;
        Block successor = block.first.x(this);
        if (successor != null) {
            rip = successor.va;
        }
        linkFrom = null;
        if (trap) {
            env.exception(this, Vector.DB, -1, 0);
        }
    }

    private Block find() {
        current = null;
        long va = rip;
        if (!canonical(va)) {
            throw fault(Vector.GP, 0);
        }
        long page = execPage(va);
        Block block = cache.find(page + (va & 0xfff), va);
        if (block == null) {
            cache.makeRoom();
            block = builder.build(va, page, Block.MAX_INSTRUCTIONS);
            cache.add(block);
            tie(block, page);
            if (builder.secondPage() >= 0) {
                tie(block, builder.secondPage());
            }
        }
        tlb.remember(va, block);
        return block;
    }

    private void tie(Block block, long page) {
        if (cache.tie(block, page)) {
            space.markCode(page);
        }
    }

    /** A block whose second page is no longer what it was decoded from: it is found again, by another decoding. */
    @Nullable
    Block refetch(Op check) {
        cache.kill(check.block);
        left += check.block.count;
        rip = check.rip;
        return null;
    }

    private void deliver(GuestFault fault) {
        linkFrom = null;
        giveBack(0);
        env.exception(this, fault.vector(), fault.errorCode(), fault.cr2());
    }

    /** Uncounts what comes after the instruction that ends its block early; a failed fetch counts as one itself. */
    private void giveBack(int itself) {
        Op op = current;
        long credit = itself - 1L;
        if (op != null) {
            rip = op.rip;
            credit += op.block.count - op.index;
        }
        if (stopRequested) {
            withheld += credit;
        } else {
            left += credit;
        }
    }

    /** From a hook of {@link CpuEnvironment}: how many instructions {@link #run} has retired, the present one included. */
    public long retiredInRun() {
        return budget - (stopRequested ? withheld : left);
    }

    /** From a hook of {@link CpuEnvironment}: {@link #run} returns after the present instruction. */
    public void requestStop() {
        if (!stopRequested) {
            stopRequested = true;
            withheld = left;
            left = 0;
        }
    }

    public long gpr(int register) {
        return r[register];
    }

    public void setGpr(int register, long value) {
        r[register] = value;
    }

    public long rip() {
        return rip;
    }

    public void setRip(long value) {
        rip = value;
    }

    public long rflags() {
        return control | Rflags.FIXED | arithmeticFlags();
    }

    public void setRflags(long value) {
        setArithmeticFlags(value);
        control = (int) value & ~(Rflags.ARITHMETIC | Rflags.FIXED);
    }

    public int selector(int segment) {
        return selectors[segment];
    }

    /** Sets the selector alone: no descriptor is read, no base changes. */
    public void setSelector(int segment, int selector) {
        selectors[segment] = selector;
    }

    public long fsBase() {
        return segmentBase[1];
    }

    public void setFsBase(long value) {
        segmentBase[1] = value;
    }

    public long gsBase() {
        return segmentBase[2];
    }

    public void setGsBase(long value) {
        segmentBase[2] = value;
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
        kernelGsBase = gsBase();
        setGsBase(other);
    }

    /** Whether the guest is in its kernel; both modes run at CPL 3. */
    public boolean kernelMode() {
        return kernelMode;
    }

    /** Changes the tables in use and the TLB with them; bases and selectors are the caller's. */
    public void setKernelMode(boolean value) {
        kernelMode = value;
        useTlb(value);
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

    /** Forgets every translation of both modes. */
    public void flushTlb() {
        kernelTlb.flush();
        userTlb.flush();
    }

    /** Forgets every translation of one mode. */
    public void flushTlb(boolean ofKernelMode) {
        (ofKernelMode ? kernelTlb : userTlb).flush();
    }

    /** Forgets the translations of one virtual page in both modes. */
    public void flushTlbPage(long va) {
        kernelTlb.flushPage(va);
        userTlb.flushPage(va);
    }

    /** Forgets every translation to a host page (offset of its first byte), because what backs a frame moved. */
    public void dropFrame(long hostPage) {
        kernelTlb.dropFrame(hostPage);
        userTlb.dropFrame(hostPage);
    }

    /** Forgets every translation that allows stores to a host page: it became code, a page table or clean. */
    public void dropFrameWrites(long hostPage) {
        kernelTlb.dropFrameWrites(hostPage);
        userTlb.dropFrameWrites(hostPage);
    }

    public CpuSnapshot snapshot() {
        return new CpuSnapshot(
                Arrays.copyOf(r, Gpr.COUNT),
                rip,
                rflags(),
                selectors.clone(),
                fsBase(),
                gsBase(),
                kernelGsBase,
                kernelMode,
                ts,
                fpu.copy());
    }

    /** Makes this vcpu what the snapshot says and forgets every translation. */
    public void load(CpuSnapshot snapshot) {
        System.arraycopy(snapshot.gpr(), 0, r, 0, Gpr.COUNT);
        rip = snapshot.rip();
        setRflags(snapshot.rflags());
        System.arraycopy(snapshot.selectors(), 0, selectors, 0, Sreg.COUNT);
        setFsBase(snapshot.fsBase());
        setGsBase(snapshot.gsBase());
        kernelGsBase = snapshot.kernelGsBase();
        ts = snapshot.ts();
        fpu.copyFrom(snapshot.fpu());
        setKernelMode(snapshot.kernelMode());
        flushTlb();
    }
}
