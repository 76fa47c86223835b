package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Finding;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspensionUnsoundException;
import dev.xenolith.engine.WrongStateException;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What stands in the image of a suspended pebble, record by record, beside what is in its memory ({@code
 * docs/specs/libxc-migration-stream.pandoc}).
 */
class CooperativeImageTest {

    private static final long A_WHILE = 4_000_000;
    private static final int EXTENDED_BYTES = 64;

    @TempDir
    Path folder;

    private final Pebble pebbles = new Pebble();
    private final Xenolith host = pebbles.host();
    private HostedDomain pebble;
    private GuestDomain guest;
    private DomainMemory memory;
    private FrameTable table;

    @BeforeEach
    void suspend() throws Exception {
        pebble = (HostedDomain) pebbles.boot();
        pebble.runInstructions(A_WHILE);
        askToSuspend();
    }

    private void askToSuspend() throws Exception {
        CountDownLatch suspended = new CountDownLatch(1);
        AutoCloseable subscription = host.subscribe(event -> suspended.countDown());
        pebble.unpause();
        pebble.requestShutdown(ShutdownRequest.SUSPEND);
        assertThat(suspended.await(30, TimeUnit.SECONDS)).as(pebbles::printed).isTrue();
        subscription.close();
        guest = pebble.guest();
        memory = guest.memory();
        table = memory.machine().table();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void hasXensRecordsInXensOrderAndNoneOfOurs() throws IOException {
        XenImageFile image = save();

        assertThat(image.records())
                .containsExactly(
                        "LIBXC_CONTEXT",
                        "X86_PV_INFO",
                        "X86_CPUID_POLICY",
                        "X86_MSR_POLICY",
                        "STATIC_DATA_END",
                        "X86_PV_P2M_FRAMES",
                        "PAGE_DATA",
                        "X86_TSC_INFO",
                        "SHARED_INFO",
                        "X86_PV_VCPU_BASIC",
                        "X86_PV_VCPU_EXTENDED",
                        "END",
                        "END");
        assertThat(image.findings()).isEmpty();
    }

    @Test
    void isTheSameTwiceAndChangesNothing() throws IOException {
        save();
        byte[] first = Files.readAllBytes(path());

        SaveResult again = write(Progress.none());

        assertThat(path()).hasBinaryContent(first);
        assertThat(again.sizeBytes()).isEqualTo(first.length);
        assertThat(again.digest()).isEmpty();
        assertThat(pebble.snapshot().state()).isEqualTo(DomainState.SUSPENDED);
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        pebble.resume();
        pebble.pause();
        pebble.runInstructions(A_WHILE);
        assertThat(pebbles.printed()).contains("resume: cancelled");
    }

    @Test
    void hasEveryPfnOnceAscending() throws IOException {
        XenImageFile image = save();

        assertThat(image.pfns()).hasSize((int) pages());
        assertThat(image.pfns()).isSorted();
        assertThat(image.p2mFrames().startPfn()).isZero();
        assertThat(image.p2mFrames().endPfn()).isEqualTo(pages() - 1);
    }

    @Test
    void namesThePagesOfTheP2m() throws IOException {
        assertP2m(save());
    }

    private void assertP2m(XenImageFile image) throws IOException {
        long pfn = 0;
        for (long leaf : image.p2mFrames().p2mPfns()) {
            ByteBuffer entries = image.page(leaf);
            for (int i = 0; i < 512 && pfn < pages(); i++, pfn++) {
                assertThat(entries.getLong(8 * i)).isEqualTo(mfnOf(pfn));
            }
        }
        assertThat(pfn).isEqualTo(pages());
    }

    @Test
    void hasOrdinaryPagesByteForByteAndNoBytesOfZeroes() throws IOException {
        XenImageFile image = save();

        for (long pfn = 0; pfn < pages(); pfn++) {
            byte[] bytes = bytesOf(pfn);
            boolean isTable = FrameType.isPageTable(table.type(memory.frameOf(mfnOf(pfn))));
            if (!isTable && ByteBuffer.wrap(bytes).equals(ByteBuffer.allocate(bytes.length))) {
                assertThat(image.type(pfn)).isEqualTo(PageType.XALLOC);
            } else if (!isTable) {
                assertThat(image.type(pfn)).isEqualTo(PageType.NOTAB);
                assertThat(image.page(pfn)).isEqualTo(ByteBuffer.wrap(bytes));
            }
        }
    }

    @Test
    void hasTablesWithTheirTypeNamingPfns() throws IOException {
        assertTables(save());
    }

    private void assertTables(XenImageFile image) throws IOException {
        int[] seen = new int[5];
        for (long pfn = 0; pfn < pages(); pfn++) {
            int mfn = memory.frameOf(mfnOf(pfn));
            int level = table.type(mfn);
            if (FrameType.isPageTable(level)) {
                seen[level]++;
                PageType expected = PageType.table(level, table.has(mfn, FrameFlags.PINNED));
                assertThat(image.type(pfn)).isEqualTo(expected);
                assertCanonical(image.page(pfn), mfn, level);
            }
        }
        assertThat(seen[1]).isPositive();
        assertThat(seen[2]).isPositive();
        assertThat(seen[3]).isPositive();
        assertThat(seen[4]).isPositive();
    }

    private void assertCanonical(ByteBuffer saved, int mfn, int level) {
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            long entry = memory.readLong(mfn, 8 * slot);
            long expected = entry;
            if (level == PageTableEntry.LEVELS && PageTableEntry.isXenSlot(slot)) {
                expected = 0;
            } else if (PageTableEntry.isPresent(entry)) {
                long pfn = memory.m2p().get(PageTableEntry.mfn(entry));
                expected = PageTableEntry.of(pfn, entry & ~PageTableEntry.MFN_MASK);
            }
            assertThat(saved.getLong(8 * slot)).as("slot %d", slot).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void saysWhichTablesArePinnedByThemselves(int level) throws IOException {
        long pfn = aTable(level);
        assertThat(save().type(pfn)).isEqualTo(PageType.table(level, false));

        assertThat(memory.types().pin(mfnOf(pfn), level)).isZero();

        assertThat(save().type(pfn)).isEqualTo(PageType.table(level, true));
    }

    private long aTable(int level) {
        for (long pfn = 0; pfn < pages(); pfn++) {
            int mfn = memory.frameOf(mfnOf(pfn));
            if (table.type(mfn) == level && !table.has(mfn, FrameFlags.PINNED)) {
                return pfn;
            }
        }
        throw new AssertionError("no table of level " + level);
    }

    @Test
    void hasNoPageWhereTheBalloonTookIt() throws IOException {
        long hole = pages() - 1;
        memory.setM2p(mfnOf(hole), M2p.INVALID);
        setP2m(hole, -1);

        XenImageFile image = save();

        assertThat(image.type(hole)).isEqualTo(PageType.XTAB);
        assertThat(image.type(hole - 1)).isEqualTo(PageType.XALLOC);
    }

    @Test
    void namesPfnsInTheVcpusContext() throws IOException {
        assertVcpu(save());
    }

    private void assertVcpu(XenImageFile image) throws IOException {
        ByteBuffer context = image.vcpu("X86_PV_VCPU_BASIC");
        Vcpu vcpu = guest.vcpu(0);
        long startInfo = memory.m2p().get(vcpu.cpu().gpr(Gpr.RDX));
        assertThat(context.getLong(VcpuGuestContext.USER_REGS + VcpuGuestContext.RDX))
                .isEqualTo(startInfo);
        assertThat(context.getLong(VcpuGuestContext.CTRLREG + 24))
                .isEqualTo(memory.m2p().get(vcpu.mmu().kernelGuestMfn()) << 12);
        long user = vcpu.mmu().userGuestMfn();
        assertThat(context.getLong(VcpuGuestContext.CTRLREG + 8))
                .isEqualTo(user == 0 ? 0 : memory.m2p().get(user) << 12 | 1);
        long[] gdt = vcpu.mmu().descriptors().gdtGuestFrames();
        for (int i = 0; i < 16; i++) {
            assertThat(context.getLong(VcpuGuestContext.GDT_FRAMES + 8 * i))
                    .isEqualTo(i < gdt.length ? memory.m2p().get(gdt[i]) : 0);
        }
    }

    @Test
    void hasTheVcpusRegistersAsTheyAre() throws IOException {
        ByteBuffer context = save().vcpu("X86_PV_VCPU_BASIC");

        Vcpu vcpu = guest.vcpu(0);
        int registers = VcpuGuestContext.USER_REGS;
        assertThat(context.getLong(registers + VcpuGuestContext.RAX)).isZero();
        assertThat(context.getLong(registers + VcpuGuestContext.RIP))
                .isEqualTo(vcpu.cpu().rip());
        assertThat(context.getLong(registers + VcpuGuestContext.RSP))
                .isEqualTo(vcpu.cpu().gpr(Gpr.RSP));
        assertThat(context.getLong(registers + VcpuGuestContext.RFLAGS) >> 12 & 3)
                .isEqualTo(vcpu.iopl);
        assertThat(context.getInt(VcpuGuestContext.FLAGS) & VcpuGuestContext.VGCF_IN_KERNEL)
                .isNotZero();
        assertThat(context.getInt(VcpuGuestContext.FLAGS) & VcpuGuestContext.VGCF_ONLINE)
                .isNotZero();
        assertThat(context.getLong(VcpuGuestContext.EVENT_CALLBACK)).isEqualTo(vcpu.callbacks().event);
        assertThat(context.getLong(VcpuGuestContext.KERNEL_SP)).isEqualTo(vcpu.kernelSp);
        assertThat(context.getLong(VcpuGuestContext.VM_ASSIST)).isEqualTo(guest.assists());
    }

    @Test
    void hasTheExtendedContextOfXensSize() throws IOException {
        ByteBuffer context = save().vcpu("X86_PV_VCPU_EXTENDED");

        assertThat(context.remaining()).isEqualTo(EXTENDED_BYTES);
        assertThat(context.getInt(4)).isEqualTo(EXTENDED_BYTES);
        // mcg_cap: two banks, which the toolstack of any vendor takes.
        assertThat(context.getLong(32)).isEqualTo(2);
    }

    @Test
    void demandsNoMoreOfTheCpuThanXensOwnGuestHad() throws IOException {
        XenImageFile image = save();

        assertThat(image.body("X86_CPUID_POLICY").remaining()).isEqualTo(51 * 24);
        assertThat(image.body("X86_CPUID_POLICY").getInt(8)).isEqualTo(0xd);
        assertThat(image.body("X86_MSR_POLICY").remaining()).isEqualTo(2 * 16);
        ByteBuffer tsc = image.body("X86_TSC_INFO");
        assertThat(tsc.getInt(4)).isEqualTo((int) guest.clock().tscKhz());
        assertThat(tsc.getLong(8)).isEqualTo(guest.clock().tscAt(guest.clock().systemTime()));
    }

    @Test
    void hasTheSharedInfoPageRaw() throws IOException {
        ByteBuffer page = save().body("SHARED_INFO");

        assertThat(page.remaining()).isEqualTo(4096);
        assertThat(page.getLong(SharedInfo.ARCH_MAX_PFN)).isEqualTo(pages());
        assertThat(page.getLong(SharedInfo.ARCH_P2M_CR3))
                .isEqualTo(guest.sharedInfo().getLong(SharedInfo.ARCH_P2M_CR3));
    }

    /** Its frame numbers are neither its pfns nor the host's. */
    @Test
    void savesADomainThatKeptItsOldNumbers() throws Exception {
        pebble.resume();
        pebble.pause();
        Path transparent = pebbles.save(pebble, folder.resolve("transparent"));
        pebble = (HostedDomain) pebbles.restore(transparent);
        askToSuspend();

        XenImageFile image = save();
        assertTables(image);
        assertP2m(image);
        assertVcpu(image);
    }

    // --- refused

    @Test
    void refusesAnUnsoundSuspensionAndWritesNothing() {
        memory.types().unpin(guest.vcpu(0).mmu().kernelGuestMfn());

        assertThatExceptionOfType(SuspensionUnsoundException.class)
                .isThrownBy(() -> write(Progress.none()))
                .satisfies(e -> assertThat(e.examination().errors())
                        .extracting(Finding::code)
                        .containsExactly("cr3-unpinned"));
        assertThat(path()).isEmptyFile();
    }

    @Test
    void refusesAnEntryThatNamesMemoryOutsideTheP2m() {
        long pfn = aMappedPfn();
        memory.setM2p(mfnOf(pfn), M2p.INVALID);
        setP2m(pfn, -1);

        assertThatExceptionOfType(SuspensionUnsoundException.class)
                .isThrownBy(() -> write(Progress.none()))
                .withMessageContaining("slot ")
                .withMessageContaining("expected a frame of the p2m");
        assertThat(path()).isEmptyFile();
    }

    @Test
    void refusesAP2mThatLies() {
        setP2m(pages() - 1, mfnOf(pages() - 2));

        assertThatExceptionOfType(SuspensionUnsoundException.class)
                .isThrownBy(() -> write(Progress.none()))
                .satisfies(e -> assertThat(e.examination().errors())
                        .extracting(Finding::code)
                        .contains("p2m-disagrees"));
        assertThat(path()).isEmptyFile();
    }

    @Test
    void refusesADomainThatDidNotSuspend() {
        pebble.resume();
        pebble.pause();

        assertThatExceptionOfType(WrongStateException.class).isThrownBy(() -> write(Progress.none()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare", "write", "context"})
    void endsInAnyPhaseWhenToldTo(String last) throws IOException {
        Progress impatient = (phase, done, total, unit) -> {
            if (phase.equals(last)) {
                throw new CancelledException();
            }
        };

        assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> write(impatient));
        assertThat(save().findings()).isEmpty();
    }

    // --- the guest's memory, by the numbers of its p2m

    private XenImageFile save() throws IOException {
        write(Progress.none());
        return new XenImageFile(path());
    }

    private SaveResult write(Progress progress) throws IOException {
        try (FileChannel file = FileChannel.open(
                path(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            return pebble.saveCooperative(new SaveSpec(file, new byte[0], progress));
        }
    }

    private Path path() {
        return folder.resolve("cooperative");
    }

    private long pages() {
        return guest.sharedInfo().getLong(SharedInfo.ARCH_MAX_PFN);
    }

    /** The domain was built in one piece, so a frame's number tells its place. */
    private long mfnOf(long pfn) {
        long startInfoMfn = guest.vcpu(0).cpu().gpr(Gpr.RDX);
        return startInfoMfn - memory.m2p().get(startInfoMfn) + pfn;
    }

    private byte[] bytesOf(long pfn) {
        byte[] bytes = new byte[4096];
        memory.read(memory.frameOf(mfnOf(pfn)), 0, bytes, 0, bytes.length);
        return bytes;
    }

    private long aMappedPfn() {
        for (long pfn = pages() - 1; pfn > 0; pfn--) {
            int mfn = memory.frameOf(mfnOf(pfn));
            if (table.type(mfn) == FrameType.WRITABLE
                    && memory.machine().backings().isZero(mfn)) {
                return pfn;
            }
        }
        throw new AssertionError("no mapped page");
    }

    /** Through its virtual address, as the guest itself would. */
    private void setP2m(long pfn, long value) {
        long address = guest.sharedInfo().getLong(SharedInfo.ARCH_P2M_VADDR) + 8 * pfn;
        guest.vcpu(0).guest().access().writeLong(address, value);
    }
}
