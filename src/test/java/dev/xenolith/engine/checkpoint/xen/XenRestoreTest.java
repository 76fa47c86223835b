package dev.xenolith.engine.checkpoint.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageFinding.Kind;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.host.Xenolith;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.VcpuRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest of 600 pages that Xen could have saved: its memory is right under new numbers, and it goes on. */
class XenRestoreTest {

    private static final int PAGES = 600;

    @TempDir
    Path folder;

    private final Xenolith host = new Xenolith(4000, 1);
    private final SyntheticImage image = new SyntheticImage(PAGES);
    private int files;

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void goesOn() throws IOException {
        Domain domain = restore(spec());

        domain.runInstructions(1000);

        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);
        assertThat(domain.vcpus().getFirst().registers().get("rip")).isIn(0L, 8L);
        assertThat(domain.snapshot().pages()).isEqualTo(PAGES);
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    @Test
    void goesOnTwiceSideBySide() throws IOException {
        Domain first = restore(spec());
        Domain second = restore(spec());

        first.runInstructions(1000);
        second.runInstructions(1000);

        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        first.destroy();
        second.runInstructions(1000);
        assertThat(second.snapshot().state()).isEqualTo(DomainState.PAUSED);
    }

    @Test
    void readsAStreamOfVersion2() throws IOException {
        image.version = 2;

        Domain domain = restore(spec());

        domain.runInstructions(10);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);
    }

    @Test
    void givesAllFramesBack() throws IOException {
        long free = host.host().freeFrames();

        restore(spec()).destroy();

        assertThat(host.host().freeFrames()).isEqualTo(free);
    }

    @Test
    void leavesPagesInTheImageUntilTheyAreTouched() throws IOException {
        try (Machine machine = new Machine(4000);
                FileChannel channel = write()) {
            DomainMemory memory = XenRestore.open(machine, spec(channel)).memory(1);
            int inImage = 0;
            for (int mfn = Machine.FIRST_FRAME; mfn < machine.limit(); mfn++) {
                inImage += machine.backings().isImage(mfn) ? 1 : 0;
            }

            // All but the five tables and the two pages of the p2m.
            assertThat(inImage).isEqualTo(PAGES - 7);
            assertThat(memory.readLong(frame(memory, image.firstData + 7), 8)).isEqualTo(image.firstData + 7);
        }
    }

    @Test
    void rebuildsTablesP2mAndM2p() throws IOException {
        // A hole, and a pfn that only a page table knows.
        image.type(image.firstData, PageType.XTAB);
        image.entry(image.firstL1, image.firstData, 0, 0);
        image.type(image.firstData + 1, PageType.XTAB);
        image.type(image.firstData + 2, PageType.XALLOC);
        try (Machine machine = new Machine(4000);
                FileChannel channel = write()) {
            DomainMemory memory = XenRestore.open(machine, spec(channel)).memory(1);

            assertThat(memory.pages()).isEqualTo(PAGES - 1);
            assertThat(p2m(memory, image.firstData)).isEqualTo(-1);
            for (int pfn = 0; pfn < PAGES; pfn++) {
                if (pfn != image.firstData) {
                    long mfn = p2m(memory, pfn);
                    assertThat(memory.m2p().get(mfn)).isEqualTo(pfn);
                    long entry = memory.readLong(frame(memory, image.firstL1 + pfn / 512), pfn % 512 * 8);
                    assertThat(PageTableEntry.mfn(entry)).isEqualTo(mfn);
                }
            }
            assertThat(machine.backings().isZero(memory.frameOf(p2m(memory, image.firstData + 1))))
                    .isTrue();
        }
    }

    @Test
    void takesTheLastOfPagesThatCameTwice() throws IOException {
        SyntheticImage older = new SyntheticImage(PAGES);
        image.beforePages(writer -> SyntheticImage.libxc(
                writer,
                LibxcRecord.PAGE_DATA,
                older.batch(0, 300, pfn -> pfn == SyntheticImage.CODE ? new byte[4096] : older.page(pfn))));

        Domain domain = restore(spec());

        domain.runInstructions(100);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);
        assertThat(domain.snapshot().pages()).isEqualTo(PAGES);
    }

    @Test
    void refusesAGuestThatIsLargerThanTheHost() throws IOException {
        try (Xenolith small = new Xenolith(PAGES + 1, 1);
                FileChannel channel = write()) {
            long free = small.host().freeFrames();
            assertThatExceptionOfType(InsufficientMemoryException.class).isThrownBy(() -> small.restore(spec(channel)));
            assertThat(small.host().freeFrames()).isEqualTo(free);
            assertThat(small.domains()).isEmpty();
        }
    }

    @Test
    void hasTheVcpusItsDefinitionSays() throws IOException {
        Domain domain = restore(spec().withVcpus(4));

        assertThat(domain.vcpus()).hasSize(4);
        assertThat(domain.snapshot().onlineVcpus()).isOne();
        assertThat(domain.xenstore()).anySatisfy(node -> assertThat(node.path()).endsWith("cpu/3/availability"));
    }

    @Test
    void refusesFewerVcpusThanWereUp() throws IOException {
        image.afterVcpu(writer -> SyntheticImage.libxc(
                writer, LibxcRecord.X86_PV_VCPU_BASIC, new VcpuRecord(2, image.vcpu.array()).encode()));
        try (FileChannel channel = write()) {
            assertThatExceptionOfType(ImageIncompatibleException.class)
                    .isThrownBy(() -> host.restore(spec(channel).withVcpus(2)))
                    .withMessageContaining("3 vcpus");
        }
    }

    @Test
    void verifiesToTheLastEntry() throws IOException {
        try (FileChannel channel = write()) {
            assertThat(host.images().verify(channel, Progress.none())).isEmpty();
        }
        image.entry(image.firstL1 + 1, 7, PAGES, PageTableEntry.PRESENT);
        image.p2mPfns[1] = image.firstL1;
        try (FileChannel channel = write()) {
            assertThat(host.images().verify(channel, Progress.none()))
                    .extracting(ImageFinding::record, ImageFinding::expected)
                    .containsExactly(
                            tuple("X86_PV_P2M_FRAMES", "p2m page 1 in an ordinary page"),
                            tuple("PAGE_DATA", "level 1 entry 7 to name a pfn up to 0x257"));
        }
    }

    /** The policy does not keep verify from looking further, and a machine of its own is all that it takes. */
    @Test
    void verifiesVcpusBehindAPolicyThatOurCpuFallsShortOf() throws IOException {
        CpuidPolicy.Leaf ssse3 = new CpuidPolicy.Leaf(1, -1, 0, 0, 1 << 9, 0);
        image.staticData(writer ->
                SyntheticImage.libxc(writer, LibxcRecord.X86_CPUID_POLICY, new CpuidPolicy(List.of(ssse3)).encode()));
        image.vcpu.putLong(VcpuGuestContext.GDT_ENTRIES, -1);
        long free = host.host().freeFrames();
        try (FileChannel channel = write()) {
            assertThat(host.images().verify(channel, Progress.none()))
                    .extracting(ImageFinding::kind, ImageFinding::record, ImageFinding::got)
                    .containsExactly(
                            tuple(Kind.INCOMPATIBLE, "X86_CPUID_POLICY", "SSSE3 (CPUID 0x1.ecx bit 9)"),
                            tuple(Kind.CORRUPT, "X86_PV_VCPU_BASIC", "18446744073709551615"));
        }
        assertThat(host.domains()).isEmpty();
        assertThat(host.host().freeFrames()).isEqualTo(free);
    }

    /** Whether the guest fits is no matter of the image. */
    @Test
    void verifiesWhatThisHostHasNoRoomFor() throws IOException {
        try (Xenolith small = new Xenolith(PAGES / 2, 1);
                FileChannel channel = write()) {
            assertThat(small.images().verify(channel, Progress.none())).isEmpty();
            assertThat(small.host().freeFrames()).isEqualTo(PAGES / 2);
        }
    }

    // --- an image that is not any more what was taken in

    @Test
    void goesOnFromAnImageThatIsWhatWasTakenIn() throws IOException {
        FileChannel channel = write();
        byte[] checksums = host.images().checksums(channel, Progress.none());

        Domain domain = restore(spec(channel).withChecksums(checksums));

        domain.runInstructions(100);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);
    }

    @Test
    void refusesAnImageWhoseRecordsWereChanged() throws IOException {
        try (FileChannel channel = write()) {
            byte[] checksums = host.images().checksums(channel, Progress.none());
            long size = channel.size();
            // In the registers: nothing that a check of values would find.
            flip(channel, size - 2000);

            assertThatExceptionOfType(ImageCorruptException.class)
                    .isThrownBy(() -> host.restore(spec(channel).withChecksums(checksums)))
                    .withMessageContaining("the file was changed");
            assertThat(host.domains()).isEmpty();
        }
    }

    @Test
    void refusesAnImageOfWhichATableWasChanged() throws IOException {
        try (FileChannel channel = write()) {
            byte[] checksums = host.images().checksums(channel, Progress.none());
            flip(channel, offsetOf(channel, image.firstL1) + 8 * 500 + 1);

            assertThatExceptionOfType(ImageCorruptException.class)
                    .isThrownBy(() -> host.restore(spec(channel).withChecksums(checksums)))
                    .satisfies(e -> assertThat(e.record()).isEqualTo("PAGE_DATA"))
                    .withMessageContaining("CRC32C");
            assertThat(host.domains()).isEmpty();
        }
    }

    @Test
    void endsADomainWhosePageWasChanged() throws IOException {
        FileChannel channel = write();
        byte[] checksums = host.images().checksums(channel, Progress.none());
        flip(channel, offsetOf(channel, PAGES - 1) + 100);
        Domain domain = restore(spec(channel).withChecksums(checksums));

        domain.runInstructions(100);

        assertThat(domain.snapshot().state()).isEqualTo(DomainState.CRASHED);
        assertThat(domain.snapshot().crashReason()).isEqualTo(CrashReason.IMAGE_CORRUPT);
    }

    @Test
    void endsADomainWhoseFileWasCut() throws IOException {
        FileChannel channel = write();
        Domain domain = restore(spec(channel));
        channel.truncate(offsetOf(channel, PAGES - 1));

        domain.runInstructions(100);

        assertThat(domain.snapshot().crashReason()).isEqualTo(CrashReason.IMAGE_CORRUPT);
    }

    private long offsetOf(FileChannel channel, int pfn) {
        return XenImage.open(channel, 1 << 20).offsetOf(pfn);
    }

    private static void flip(FileChannel channel, long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, offset);
        one.put(0, (byte) (one.get(0) ^ 1));
        channel.write(one.flip(), offset);
    }

    private long p2m(DomainMemory memory, int pfn) {
        return memory.readLong(frame(memory, image.firstP2m + pfn / 512), pfn % 512 * 8);
    }

    private static int frame(DomainMemory memory, int pfn) {
        for (int mfn = Machine.FIRST_FRAME; mfn < memory.machine().limit(); mfn++) {
            if (memory.m2p().get(mfn) == pfn) {
                return mfn;
            }
        }
        throw new AssertionError("pfn " + pfn + " has no frame");
    }

    private FileChannel write() throws IOException {
        return image.write(folder.resolve("image-" + files++));
    }

    private RestoreSpec spec() throws IOException {
        return spec(write());
    }

    private static RestoreSpec spec(FileChannel channel) {
        return new RestoreSpec(
                channel,
                UUID.randomUUID(),
                "synthetic",
                new ClockSpec.Virtual(1000, 1_700_000_000, 1),
                (bytes, offset, length) -> {},
                Progress.none());
    }

    private Domain restore(RestoreSpec spec) {
        return host.restore(spec);
    }
}
