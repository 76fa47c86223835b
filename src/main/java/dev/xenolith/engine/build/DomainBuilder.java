package dev.xenolith.engine.build;

import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PvSelector;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.domain.DebugRegisters;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.VcpuContext;
import dev.xenolith.engine.hypercall.HypercallPageFill;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.machine.WriteGate;
import dev.xenolith.engine.mmu.DomainMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Fills a new domain's memory from a kernel and puts vcpu 0 at its first instruction.
 *
 * <p>Two steps, because the domain's vcpus are made around its memory: {@link #populate} gives the domain its frames,
 * {@link #boot} its contents. Whoever calls them destroys the memory if either throws; nothing else is held.
 */
public final class DomainBuilder {

    private final BootImage image;
    private final @Nullable MemorySegment ramdisk;
    private final String commandLine;
    private final BootLayout layout;
    private int[] p2m = new int[0];

    /** Ports and frames that the toolstack hands the guest in its start info. */
    public record Channels(int storePort, int consolePort) {}

    /** @throws dev.xenolith.engine.BootImageUnusableException where the memory is too small for the kernel */
    public DomainBuilder(BootImage image, @Nullable MemorySegment ramdisk, String commandLine, long memoryPages) {
        this.image = image;
        this.ramdisk = ramdisk;
        this.commandLine = commandLine;
        this.layout = image.layout(ramdisk == null ? 0 : ramdisk.byteSize(), memoryPages);
    }

    /** Allocates all frames of the domain, pfn by pfn in blocks as large as can be had. */
    public void populate(DomainMemory memory) {
        int pages = Math.toIntExact(layout.memoryPages());
        p2m = new int[pages];
        int order = Machine.MAX_ORDER;
        for (int pfn = 0; pfn < pages; ) {
            while ((1 << order) > pages - pfn) {
                order--;
            }
            int first = memory.allocate(order);
            if (first == Machine.NO_FRAME) {
                if (order == 0) {
                    throw new InsufficientMemoryException(
                            pages, memory.machine().freeFrames() + (long) pfn);
                }
                order--;
                continue;
            }
            for (int i = 0; i < 1 << order; i++, pfn++) {
                p2m[pfn] = first + i;
                memory.setM2p(memory.view().guestMfnOf(first + i), pfn);
            }
        }
    }

    /** The frame of the console ring. */
    public int consoleMfn() {
        return mfn(layout.console().pfn());
    }

    /** The frame of the xenstore ring. */
    public int xenstoreMfn() {
        return mfn(layout.xenstore().pfn());
    }

    /** Writes everything and loads vcpu 0. */
    public void boot(GuestDomain domain, Channels channels) {
        WriteGate gate = domain.machine().gate();
        loadKernel(gate);
        loadRamdisk(gate);
        writeP2m(domain.memory(), gate);
        writeStartInfo(domain, gate, channels);
        fillHypercallPage(domain);
        writePageTables(domain.memory(), gate);
        domain.initialiseSharedInfo();
        loadVcpu(domain);
        domain.updateWallClock();
    }

    private int mfn(long pfn) {
        return p2m[(int) pfn];
    }

    private void loadKernel(WriteGate gate) {
        for (ElfFile.Segment segment : image.elf().segments()) {
            write(
                    gate,
                    layout.kernelOffset(segment.paddr()),
                    MemorySegment.ofBuffer(segment.fileBytes().buffer()));
        }
    }

    private void loadRamdisk(WriteGate gate) {
        if (ramdisk != null) {
            write(gate, layout.ramdisk().pfn() << PageSize.SHIFT, ramdisk);
        }
    }

    /** Copies bytes to a pseudo-physical address. Pages of zeros are left as they are and cost nothing. */
    private void write(WriteGate gate, long address, MemorySegment from) {
        long at = address;
        for (long done = 0; done < from.byteSize(); ) {
            int offset = (int) at & PageSize.OFFSET_MASK;
            int part = (int) Math.min(PageSize.BYTES - offset, from.byteSize() - done);
            if (!isZero(from.asSlice(done, part))) {
                gate.copyIn(mfn(at >>> PageSize.SHIFT), offset, from, done, part);
            }
            done += part;
            at += part;
        }
    }

    private static boolean isZero(MemorySegment bytes) {
        return bytes.mismatch(ZEROS.asSlice(0, bytes.byteSize())) < 0;
    }

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[PageSize.BYTES]);

    private void writeP2m(DomainMemory memory, WriteGate gate) {
        for (int pfn = 0; pfn < p2m.length; pfn++) {
            long at = (layout.p2m().pfn() << PageSize.SHIFT) + 8L * pfn;
            gate.putLong(
                    mfn(at >>> PageSize.SHIFT),
                    (int) at & PageSize.OFFSET_MASK,
                    memory.view().guestMfnOf(p2m[pfn]));
        }
    }

    private void writeStartInfo(GuestDomain domain, WriteGate gate, Channels channels) {
        DomainMemory memory = domain.memory();
        byte[] page = new byte[PageSize.BYTES];
        ByteBuffer info = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        info.put(StartInfo.MAGIC, StartInfo.MAGIC_X86_64.getBytes(StandardCharsets.US_ASCII));
        info.putLong(StartInfo.NR_PAGES, layout.memoryPages());
        info.putLong(StartInfo.SHARED_INFO, memory.view().guestMfnOf(domain.sharedInfoMfn()) << PageSize.SHIFT);
        info.putLong(StartInfo.STORE_MFN, memory.view().guestMfnOf(xenstoreMfn()));
        info.putInt(StartInfo.STORE_EVTCHN, channels.storePort());
        info.putLong(StartInfo.CONSOLE_MFN, memory.view().guestMfnOf(consoleMfn()));
        info.putInt(StartInfo.CONSOLE_EVTCHN, channels.consolePort());
        info.putLong(StartInfo.PT_BASE, layout.pageTables().va());
        info.putLong(StartInfo.NR_PT_FRAMES, layout.pageTables().pages());
        info.putLong(StartInfo.MFN_LIST, layout.p2m().va());
        if (layout.p2mElsewhere()) {
            info.putLong(StartInfo.FIRST_P2M_PFN, layout.p2m().pfn());
            info.putLong(StartInfo.NR_P2M_FRAMES, layout.p2m().pages());
        }
        putRamdisk(info);
        byte[] line = commandLine.getBytes(StandardCharsets.UTF_8);
        info.put(StartInfo.CMD_LINE, line, 0, Math.min(line.length, StartInfo.CMD_LINE_BYTES - 1));
        gate.copyIn(mfn(layout.startInfo().pfn()), 0, page, 0, page.length);
    }

    /** A ramdisk that is not mapped is told by pfn, with its length in whole pages, as libxc does. */
    private void putRamdisk(ByteBuffer info) {
        if (ramdisk == null || ramdisk.byteSize() == 0) {
            return;
        }
        boolean unmapped = image.notes().unmappedRamdisk();
        info.putInt(StartInfo.FLAGS, unmapped ? StartInfo.SIF_MOD_START_PFN : 0);
        info.putLong(
                StartInfo.MOD_START,
                unmapped ? layout.ramdisk().pfn() : layout.ramdisk().va());
        info.putLong(StartInfo.MOD_LEN, unmapped ? layout.ramdisk().pages() << PageSize.SHIFT : ramdisk.byteSize());
    }

    private void fillHypercallPage(GuestDomain domain) {
        if (image.notes().hypercallPage() == XenNotes.UNSET) {
            return;
        }
        long pfn = layout.pfnOfVa(image.notes().hypercallPage());
        if (pfn >= 0) {
            byte[] page = new byte[PageSize.BYTES];
            domain.memory().read(mfn(pfn), 0, page, 0, page.length);
            HypercallPageFill.fill(page);
            domain.memory().write(mfn(pfn), 0, page, 0, page.length);
        }
    }

    private void writePageTables(DomainMemory memory, WriteGate gate) {
        new FirstPageTables(layout, (table, slot, pfn, flags) -> {
                    long entry = (memory.view().guestMfnOf(mfn(pfn)) << PageSize.SHIFT) | flags;
                    gate.putLong(mfn(table), slot << 3, entry);
                })
                .write();
        long top = memory.view().guestMfnOf(mfn(layout.topTablePfn()));
        int error = memory.types().pin(top, FrameType.L4);
        if (error != 0) {
            throw new IllegalStateException("pinning the first page tables: expected 0, got " + error);
        }
    }

    /** A context as libxc makes it: kernel mode, flat segments, the start info in rsi, upcalls masked. */
    private void loadVcpu(GuestDomain domain) {
        byte[] bytes = new byte[VcpuGuestContext.BYTES];
        ByteBuffer context = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int regs = VcpuGuestContext.USER_REGS;
        long stackTop = layout.bootStack().va() + PageSize.BYTES;
        context.putInt(VcpuGuestContext.FLAGS, VcpuGuestContext.VGCF_IN_KERNEL | VcpuGuestContext.VGCF_ONLINE);
        context.putLong(regs + VcpuGuestContext.RIP, image.notes().entry());
        context.putLong(regs + VcpuGuestContext.RSP, stackTop);
        context.putLong(regs + VcpuGuestContext.RSI, layout.startInfo().va());
        context.putLong(regs + VcpuGuestContext.RFLAGS, 1 << 9);
        context.putShort(regs + VcpuGuestContext.CS, (short) PvSelector.FLAT_CS64);
        context.putShort(regs + VcpuGuestContext.SS, (short) PvSelector.FLAT_SS);
        context.putLong(VcpuGuestContext.KERNEL_SS, PvSelector.FLAT_SS);
        context.putLong(VcpuGuestContext.KERNEL_SP, stackTop);
        context.putLong(VcpuGuestContext.DEBUGREG + 48, DebugRegisters.DR6_DEFAULT);
        context.putLong(VcpuGuestContext.DEBUGREG + 56, DebugRegisters.DR7_DEFAULT);
        long top = domain.memory().view().guestMfnOf(mfn(layout.topTablePfn()));
        context.putLong(VcpuGuestContext.CTRLREG + 24, top << PageSize.SHIFT);
        int error = VcpuContext.load(domain.vcpu(0), bytes);
        if (error != 0) {
            throw new IllegalStateException("loading vcpu 0: expected 0, got " + error);
        }
    }
}
