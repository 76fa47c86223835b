package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Finding;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.WrongStateException;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.SharedInfo;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.abi.XenstoreRing;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * pebble suspends as asked. It does so well, so what is examined is sound; then one thing after the other is spoilt behind
 * its back.
 */
class SuspensionTest {

    /** Enough to boot, and to suspend or wake up. */
    private static final long A_WHILE = 20_000_000;

    /** Where pebble maps its pfn 0. */
    private static final long PEBBLE_BASE = 0xffff_8800_0000_0000L;

    private final Pebble pebbles = new Pebble();
    private final Xenolith host = pebbles.host();
    private HostedDomain pebble;
    private GuestDomain guest;
    private DomainMemory memory;

    @BeforeEach
    void suspend() throws Exception {
        pebble = (HostedDomain) pebbles.boot();
        guest = pebble.guest();
        memory = guest.memory();
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
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void isSoundAfterPebblesSuspend() {
        assertThat(pebble.snapshot().state()).isEqualTo(DomainState.SUSPENDED);
        assertThat(pebble.examineSuspension()).isEqualTo(new SuspendExamination(List.of(), List.of()));
    }

    @Test
    void changesNothingWhenItLooks() {
        String before = digestOf(memory);

        pebble.examineSuspension();

        assertThat(digestOf(memory)).isEqualTo(before);
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    private static String digestOf(DomainMemory memory) {
        StringBuilder digest = new StringBuilder();
        memory.machine().forEachFrame(memory.owner(), mfn -> {
            byte[] page = new byte[PageSize.BYTES];
            memory.read(mfn, 0, page, 0, page.length);
            digest.append(Arrays.hashCode(page)).append(' ');
        });
        return digest.toString();
    }

    @Test
    void tellsTheStoreThatADomainSuspended() throws Exception {
        AtomicInteger told = new AtomicInteger();
        AutoCloseable watch = pebble.toolstack().watch("@releaseDomain", path -> told.incrementAndGet());
        pebble.resume();
        pebble.pause();
        pebble.runInstructions(A_WHILE);
        int before = told.get();

        askToSuspend();

        assertThat(told.get()).isEqualTo(before + 1);
        watch.close();
    }

    @Test
    void refusesToExamineADomainThatRuns() {
        pebble.resume();

        assertThatExceptionOfType(WrongStateException.class).isThrownBy(pebble::examineSuspension);
    }

    @Test
    void goesOnWithTheAnswerCancelled() {
        long before = guest.clock().systemTime();

        pebble.resume();
        pebble.pause();

        assertThat(guest.clock().systemTime()).isGreaterThanOrEqualTo(before);
        pebble.runInstructions(A_WHILE);
        assertThat(pebbles.printed()).contains("resume: cancelled");
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
    }

    /** Its processes are gone, and with them every timer: nothing but the request itself can wake it. */
    @Test
    void wakesAGuestThatWaitsForNothing() throws Exception {
        pebble.resume();
        pebble.pause();
        pebbles.type(pebble, "kill 1");
        pebbles.type(pebble, "kill 2");
        pebble.runInstructions(A_WHILE);
        pebble.unpause();
        Awaitility.await()
                .pollDelay(Duration.ofMillis(50))
                .until(() -> pebble.vcpus().getFirst().state().equals("blocked"));

        askToSuspend();

        assertThat(pebbles.printed()).contains("suspend: 0 processes frozen");
    }

    @Test
    void suspendsAgainAfterAResume() throws Exception {
        for (int cycle = 0; cycle < 5; cycle++) {
            pebble.resume();
            pebble.pause();
            pebble.runInstructions(A_WHILE);
            askToSuspend();
            assertThat(pebble.examineSuspension().isSound())
                    .as("cycle %d", cycle)
                    .isTrue();
        }
    }

    @Test
    void resumesARunningDomainWithoutEffect() {
        pebble.resume();
        pebble.resume();

        assertThat(pebble.snapshot().state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void refusesToResumeAPausedDomain() {
        pebble.resume();
        pebble.pause();

        assertThatExceptionOfType(WrongStateException.class).isThrownBy(pebble::resume);
    }

    @Test
    void forgetsTheShutdownCodeOfAnEarlierSuspend() {
        guest.setShutdownCode(2);

        pebble.resume();

        assertThat(guest.shutdownCode()).isEqualTo(-1);
    }

    // --- errors

    @Test
    void findsARootThatIsNotPinned() {
        memory.types().unpin(guest.vcpu(0).mmu().kernelGuestMfn());

        assertThat(errors()).containsExactly("cr3-unpinned");
    }

    @Test
    void findsThatNoVcpuIsUp() {
        guest.vcpu(0).takeDown();

        assertThat(errors()).containsExactly("vcpu-down");
    }

    @Test
    void findsAnEntryOutsideTheP2m() {
        int mfn = mappedPage();
        setP2m(memory.m2p().get(mfn), -1);
        memory.setM2p(mfn, M2p.INVALID);

        assertThat(errors()).containsExactly("entry-outside-p2m");
    }

    @Test
    void findsAnM2pThatDisagrees() {
        memory.setM2p(lastMfn(), 3);

        assertThat(errors()).contains("p2m-disagrees");
    }

    @Test
    void findsAP2mThatDisagrees() {
        setP2m(pebblePages() - 1, mfnOf(pebblePages() - 2));

        assertThat(errors()).contains("p2m-disagrees");
    }

    @Test
    void takesMarksOfTheGuestForHoles() {
        long identity = 1L << 62 | 77;
        setP2m(pebblePages() - 1, identity);
        memory.setM2p(lastMfn(), M2p.INVALID);

        assertThat(errors()).isEmpty();
    }

    @Test
    void findsThatRdxIsNotStartInfo() {
        guest.vcpu(0).cpu().setGpr(Gpr.RDX, lastMfn());

        assertThat(pebble.examineSuspension().errors())
                .singleElement()
                .matches(found -> found.message().contains("does not begin with the magic"));
    }

    @Test
    void findsThatRdxIsNoFrame() {
        guest.vcpu(0).cpu().setGpr(Gpr.RDX, 1);

        assertThat(errors()).containsExactly("start-info");
    }

    @Test
    void findsMfnsLeftInStartInfo() {
        int startInfo = memory.frameOf(guest.vcpu(0).cpu().gpr(Gpr.RDX));
        long pfn = memory.readLong(startInfo, StartInfo.STORE_MFN);
        memory.writeLong(startInfo, StartInfo.STORE_MFN, mfnOf(pfn));

        assertThat(pebble.examineSuspension().errors())
                .singleElement()
                .isEqualTo(new Finding(
                        "start-info",
                        "start_info store_mfn: expected pfn 0x%x, got 0x%x, the mfn of the same page"
                                .formatted(pfn, mfnOf(pfn))));
    }

    @Test
    void findsAP2mOfNoSize() {
        guest.sharedInfo().putLong(SharedInfo.ARCH_MAX_PFN, 0);

        assertThat(errors()).containsExactly("p2m-unreadable");
    }

    @Test
    void findsAP2mOfAbsurdSize() {
        guest.sharedInfo().putLong(SharedInfo.ARCH_MAX_PFN, Long.MIN_VALUE);

        assertThat(errors()).containsExactly("p2m-unreadable");
    }

    @Test
    void findsThatNoP2mIsPublished() {
        guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_CR3, 0);
        guest.sharedInfo().putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, 0);

        assertThat(errors()).containsExactly("p2m-unreadable");
    }

    // --- the p2m as a tree

    @Test
    void readsAP2mThatIsPublishedAsATreeOnly() {
        publishTree();
        guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_CR3, 0);

        assertThat(errors()).isEmpty();
    }

    @Test
    void readsAP2mThatIsPublishedInBothWays() {
        publishTree();

        assertThat(errors()).isEmpty();
    }

    @Test
    void findsATreeThatLeadsElsewhereThanTheList() {
        int list = publishTree();
        memory.writeLong(list, 8, mfnOf(5));

        assertThat(errors()).containsExactly("p2m-disagrees");
    }

    @Test
    void findsATreeOfOthersFrames() {
        int list = publishTree();
        guest.sharedInfo().putLong(SharedInfo.ARCH_P2M_CR3, 0);
        memory.writeLong(list, 0, 1);

        assertThat(errors()).containsExactly("p2m-unreadable");
    }

    @Test
    void takesAllOnesForNoTree() {
        guest.sharedInfo().putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, -1);

        assertThat(errors()).isEmpty();
    }

    /** Returns the frame that lists the p2m's pages. */
    private int publishTree() {
        List<Integer> pages = mappedPages();
        int lists = pages.get(0);
        int list = pages.get(1);
        memory.writeLong(lists, 0, list);
        long firstLeaf = guest.sharedInfo().getLong(SharedInfo.ARCH_P2M_VADDR) - PEBBLE_BASE;
        for (int leaf = 0; leaf < pebblePages() / PageTableEntry.ENTRIES; leaf++) {
            memory.writeLong(list, 8 * leaf, mfnOf((firstLeaf >>> PageSize.SHIFT) + leaf));
        }
        guest.sharedInfo().putLong(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST, lists);
        return list;
    }

    @Test
    void countsWhatWouldFillPages() {
        for (int pfn = 0; pfn < 100; pfn++) {
            memory.setM2p(mfnOf(pfn), 200);
        }

        List<Finding> errors = pebble.examineSuspension().errors();
        assertThat(errors).hasSizeLessThan(60).anyMatch(found -> found.message().startsWith("and "));
    }

    // --- warnings

    @Test
    void warnsOfAPageThatLooksLikeATable() {
        int page = mappedPage();
        for (int slot = 0; slot < 8; slot++) {
            memory.writeLong(page, 8 * slot, PageTableEntry.of(mfnOf(slot), PageTableEntry.PRESENT));
        }

        assertThat(warnings()).containsExactly("table-like-page");
        memory.writeLong(page, 8 * 8, 2);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void warnsOfBytesNobodyRead() {
        long ring = pebble.grantTable().list().stream()
                .filter(grant -> grant.ref() == GrantEntryV1.RESERVED_XENSTORE)
                .findFirst()
                .orElseThrow()
                .frame();
        int mfn = memory.frameOf(ring);
        memory.writeInt(mfn, XenstoreRing.RSP_PROD, memory.readInt(mfn, XenstoreRing.RSP_CONS) + 7);

        assertThat(pebble.examineSuspension().warnings())
                .containsExactly(
                        new Finding("unread-bytes", "xenstore answers: expected an empty ring, got 7 unread bytes"));
    }

    @Test
    void warnsOfAGrantThatIsStillOffered() {
        pebble.grantTable().seed(9, lastMfn());

        assertThat(warnings()).containsExactly("live-grant");
    }

    // --- the guest's memory, by the numbers of its p2m

    private List<String> errors() {
        return pebble.examineSuspension().errors().stream()
                .map(Finding::code)
                .distinct()
                .toList();
    }

    private List<String> warnings() {
        SuspendExamination examination = pebble.examineSuspension();
        assertThat(examination.errors()).isEmpty();
        return examination.warnings().stream().map(Finding::code).toList();
    }

    private long pebblePages() {
        return guest.sharedInfo().getLong(SharedInfo.ARCH_MAX_PFN);
    }

    /** The domain is built in one piece, so a frame's number tells its place. */
    private long mfnOf(long pfn) {
        long startInfoMfn = guest.vcpu(0).cpu().gpr(Gpr.RDX);
        return startInfoMfn - memory.m2p().get(startInfoMfn) + pfn;
    }

    private long lastMfn() {
        return mfnOf(pebblePages() - 1);
    }

    private int mappedPage() {
        return mappedPages().get(0);
    }

    /** Pages that pebble maps writable and has not used. */
    private List<Integer> mappedPages() {
        List<Integer> found = new ArrayList<>();
        memory.machine().forEachFrame(memory.owner(), mfn -> {
            boolean isPlain = memory.machine().table().type(mfn) == FrameType.WRITABLE
                    && memory.machine().backings().isZero(mfn)
                    && memory.m2p().get(mfn) != M2p.INVALID;
            if (isPlain) {
                found.add(mfn);
            }
        });
        return found;
    }

    /** Through its virtual address, as the guest itself would. */
    private void setP2m(long pfn, long value) {
        long address = guest.sharedInfo().getLong(SharedInfo.ARCH_P2M_VADDR) + 8 * pfn;
        guest.vcpu(0).guest().access().writeLong(address, value);
    }
}
