package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryState;
import dev.xenolith.engine.mmu.MemoryStates;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores that believe the types and counts of an image, since its voucher says that we wrote them. The domain is the
 * same as one whose types and counts were made again, whoever looks at it first and wherever; and what is damaged is said,
 * or not believed.
 */
class VouchedRestoreTest {

    @TempDir
    Path folder;

    private final Pebble pebbles = new Pebble();
    private final Xenolith host = pebbles.host();
    private Path image = Path.of("none");
    private ImageVoucher voucher = new ImageVoucher(new byte[0], "");
    private String digest = "";
    private long free;

    @BeforeEach
    void save() throws IOException {
        Domain pebble = pebbles.boot();
        pebble.runInstructions(4_000_000);
        pebbles.type(pebble, "spawn 2 4 0");
        pebble.runInstructions(1_500_000);
        image = folder.resolve("image");
        voucher = pebbles.saveWithVoucher(pebble, image);
        digest = pebble.stateDigest();
        pebble.destroy();
        free = host.host().freeFrames();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private HostedDomain vouched() throws IOException {
        return (HostedDomain) pebbles.restore(image, voucher);
    }

    private HostedDomain unvouched() throws IOException {
        return (HostedDomain) pebbles.restore(image);
    }

    private static DomainMemory memory(HostedDomain domain) {
        return domain.guest().memory();
    }

    private void expectNothingWrong() {
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        assertThat(host.host().degraded()).isEmpty();
    }

    private void expectNothingLeft() {
        assertThat(host.domains()).isEmpty();
        assertThat(host.host().freeFrames()).isEqualTo(free);
    }

    // --- the same domain

    @Test
    void restoresTheDomainThatWasSaved() throws IOException {
        assertThat(vouched().stateDigest()).isEqualTo(digest);
        expectNothingWrong();
    }

    @Test
    void restoresWhatARestoreWithoutVoucherDoes() throws IOException {
        MemoryState believed = MemoryStates.of(memory(vouched()));
        MemoryState madeAgain = MemoryStates.of(memory(unvouched()));

        assertThat(believed).usingRecursiveComparison().isEqualTo(madeAgain);
        expectNothingWrong();
    }

    @Test
    void holdsEveryCountBeforeAnybodyLooked() throws IOException {
        vouched();
        expectNothingWrong();
    }

    @Test
    void runsAsItWouldHaveRun() throws IOException {
        HostedDomain believed = vouched();
        HostedDomain madeAgain = unvouched();
        for (int step = 0; step < 5; step++) {
            believed.runInstructions(700_000);
            madeAgain.runInstructions(700_000);
            assertThat(believed.stateDigest()).as("step %d", step).isEqualTo(madeAgain.stateDigest());
            expectNothingWrong();
        }
        pebbles.type(believed, "hash");
        believed.runInstructions(40_000_000);
        assertThat(pebbles.printed()).contains("0 changed: GOOD");
    }

    @Test
    void letsCopiesLiveSideBySide() throws IOException {
        HostedDomain first = vouched();
        HostedDomain second = vouched();
        first.runInstructions(2_000_000);

        assertThat(second.stateDigest()).isEqualTo(digest);
        second.runInstructions(2_000_000);
        assertThat(second.stateDigest()).isEqualTo(first.stateDigest());
        first.destroy();
        expectNothingWrong();
        second.destroy();
        expectNothingLeft();
    }

    // --- whoever looks first

    @Test
    void givesEveryFrameBackThoughNobodyLooked() throws IOException {
        vouched().destroy();
        expectNothingLeft();
    }

    @Test
    void isSavedAsADomainWhoseTypesWereMadeAgain() throws IOException {
        Path believed = folder.resolve("believed");
        Path madeAgain = folder.resolve("made-again");
        ImageVoucher one = pebbles.saveWithVoucher(vouched(), believed);
        ImageVoucher other = pebbles.saveWithVoucher(unvouched(), madeAgain);

        assertThat(believed).hasSameBinaryContentAs(madeAgain);
        assertThat(one.bytes()).isEqualTo(other.bytes());
        assertThat(pebbles.restore(believed, one).stateDigest()).isEqualTo(digest);
        expectNothingWrong();
    }

    @Test
    void showsItsM2pWhereverItIsReadFirst() throws IOException {
        M2p believed = memory(vouched()).m2p();
        M2p madeAgain = memory(unvouched()).m2p();
        for (long guestMfn = madeAgain.limit() - 1; guestMfn >= 0; guestMfn--) {
            assertThat(believed.get(guestMfn)).as("mfn 0x%x", guestMfn).isEqualTo(madeAgain.get(guestMfn));
        }
    }

    @Test
    void namesEachFrameInAnyOrder() throws IOException {
        HostedDomain domain = vouched();
        FrameView view = memory(domain).view();
        List<Integer> frames = frames(domain);
        for (int mfn : frames.reversed()) {
            assertThat(view.frameOf(view.guestMfnOf(mfn))).isEqualTo(mfn);
            assertThat(host.frame(mfn).orElseThrow().domid()).isEqualTo(domain.domid());
        }
        assertThat(domain.memory().byType().values().stream()
                        .mapToLong(count -> count)
                        .sum())
                .isEqualTo(frames.size());
    }

    private static List<Integer> frames(HostedDomain domain) {
        List<Integer> frames = new ArrayList<>();
        memory(domain).machine().forEachFrame(memory(domain).owner(), frames::add);
        return frames;
    }

    @Test
    void losesFramesAndGetsOthers() throws IOException {
        HostedDomain domain = vouched();
        HostedDomain other = unvouched();
        long guestMfn = unusedPage(other);
        for (HostedDomain each : List.of(domain, other)) {
            DomainMemory memory = memory(each);
            assertThat(memory.giveBack(memory.frameOf(guestMfn))).isTrue();
            assertThat(memory.frameOf(guestMfn)).isEqualTo(FrameView.NOT_OURS);
            assertThat(memory.m2p().get(guestMfn)).isEqualTo(M2p.INVALID);
        }
        assertThat(domain.stateDigest()).isEqualTo(other.stateDigest());
        int mfn = memory(domain).allocate(0);
        assertThat(memory(domain).view().guestMfnOf(mfn)).isEqualTo(guestMfn);
        expectNothingWrong();
        domain.destroy();
        other.destroy();
        expectNothingLeft();
    }

    /** One that only its allocation refers to. */
    private static long unusedPage(HostedDomain domain) {
        return MemoryStates.of(memory(domain)).frames().reversed().stream()
                .filter(frame -> frame.totalCount() == 1 && !frame.isSpecial())
                .findFirst()
                .orElseThrow()
                .guestMfn();
    }

    @Test
    void hasItsFramesRetiredFromUnderIt() throws IOException {
        HostedDomain domain = vouched();
        for (int mfn : frames(domain)) {
            assertThat(host.retirement().retire(mfn, Mode.BACKING).state()).isEqualTo(State.OFFLINED);
        }
        assertThat(domain.stateDigest()).isEqualTo(digest);
        expectNothingWrong();
    }

    @Test
    void letsGoOfMarkedFramesThoughNobodyLooked() throws IOException {
        HostedDomain domain = vouched();
        int mfn = frames(domain).get(2000);
        host.retirement().offline(mfn, 1);

        domain.destroy();

        assertThat(host.frame(mfn).orElseThrow().state()).isEqualTo(FrameState.OFFLINED);
        assertThat(host.host().freeFrames()).isEqualTo(free - 1);
    }

    @Test
    void isMadeFrameByFrameWhereTheHostIsInPieces() throws IOException {
        HostedDomain pieces = (HostedDomain) pebbles.boot();
        memory(pieces).setMaxPages(1 << 20);
        List<Integer> taken = new ArrayList<>();
        for (int mfn = memory(pieces).allocate(0);
                mfn != -1;
                mfn = memory(pieces).allocate(0)) {
            taken.add(mfn);
        }
        taken.stream().filter(mfn -> mfn % 3 != 0).forEach(memory(pieces)::giveBack);

        HostedDomain domain = vouched();

        assertThat(domain.stateDigest()).isEqualTo(digest);
        expectNothingWrong();
        domain.runInstructions(1_000_000);
        domain.destroy();
        pieces.destroy();
        expectNothingLeft();
    }

    // --- vouchers that are none

    @Test
    void believesNoVoucherOfAnotherImage() throws IOException {
        Domain pebble = pebbles.boot();
        pebble.runInstructions(2_000_000);
        Path other = folder.resolve("other");
        ImageVoucher ofOther = pebbles.saveWithVoucher(pebble, other);
        String otherDigest = pebble.stateDigest();

        // Whatever digest the caller believes the image to have.
        for (String sha256 : List.of(voucher.imageSha256(), ofOther.imageSha256(), "", "no digest")) {
            Domain copy = pebbles.restore(other, new ImageVoucher(voucher.bytes(), sha256));
            assertThat(copy.stateDigest()).isEqualTo(otherDigest);
            copy.destroy();
            copy = pebbles.restore(image, new ImageVoucher(ofOther.bytes(), sha256));
            assertThat(copy.stateDigest()).isEqualTo(digest);
            expectNothingWrong();
            copy.destroy();
        }
    }

    @Test
    void restoresAllTheSameWithADamagedVoucher() throws IOException {
        for (int at = 0; at < voucher.bytes().length; at += 1 + at / 40) {
            byte[] bytes = voucher.bytes().clone();
            bytes[at] ^= 0x10;
            Domain copy = pebbles.restore(image, new ImageVoucher(bytes, voucher.imageSha256()));
            assertThat(copy.stateDigest()).as("byte %d", at).isEqualTo(digest);
            copy.destroy();
            expectNothingLeft();
        }
    }

    // --- images that were damaged after they were written

    @Test
    void neverMakesAnotherDomainOfADamagedIndex() throws IOException {
        RecordEntry index = new ImageLab(image).record(LibxcRecord.XENOLITH_PAGE_INDEX);
        Random random = new Random(3);
        for (int round = 0; round < 250; round++) {
            long at = index.bodyOffset() + random.nextInt((int) index.length() - 4);
            expectToldOrHarmless(at, round);
        }
    }

    @Test
    void neverMakesAnotherDomainOfADamagedHeaderOrContext() throws IOException {
        ImageLab lab = new ImageLab(image);
        Random random = new Random(4);
        for (int type : new int[] {LibxcRecord.XENOLITH_TRANSPARENT, LibxcRecord.XENOLITH_DOMAIN_CONTEXT}) {
            RecordEntry record = lab.record(type);
            for (int round = 0; round < 60; round++) {
                long at = record.offset() + random.nextInt((int) record.length());
                expectToldOrHarmless(at, round);
            }
        }
    }

    @Test
    void neverMakesAnotherDomainOfACutImage() throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        for (int length = bytes.length - 1; length > 0; length -= 1 + bytes.length / 30) {
            Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, length));
            assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> pebbles.restore(cut, voucher));
            expectNothingLeft();
        }
    }

    /** The last entries of an index are of pages that the guest does not need at once. */
    @Test
    void readsNoPartOfTheIndexThatNobodyNeeds() throws IOException {
        RecordEntry index = new ImageLab(image).record(LibxcRecord.XENOLITH_PAGE_INDEX);
        byte[] bytes = Files.readAllBytes(image);
        bytes[(int) (index.bodyOffset() + index.length()) - 60_000] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged"), bytes);

        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> pebbles.restore(damaged));
        Domain domain = pebbles.restore(damaged, voucher);
        domain.runInstructions(1);
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.PAUSED);

        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(domain::stateDigest);
        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(domain::memory);
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> host.audit(Optional.of(domain.domid())));
        domain.destroy();
        expectNothingLeft();
    }

    /** A guest that comes upon it ends, and nothing else. */
    @Test
    void endsTheGuestThatMeetsADamagedPartOfTheIndex() throws IOException {
        RecordEntry index = new ImageLab(image).record(LibxcRecord.XENOLITH_PAGE_INDEX);
        byte[] bytes = Files.readAllBytes(image);
        // Memory that pebble has not given to anybody yet.
        for (int entry = 2048; entry < 3584; entry += 256) {
            bytes[(int) index.bodyOffset() + 8 + entry * 40] ^= 1;
        }
        Domain domain = pebbles.restore(Files.write(folder.resolve("damaged"), bytes), voucher);

        pebbles.type(domain, "spawn 8 200 0");
        domain.runInstructions(60_000_000);

        assertThat(domain.snapshot().crashReason()).isEqualTo(CrashReason.IMAGE_CORRUPT);
        assertThat(host.host().degraded()).isEmpty();
        domain.destroy();
        expectNothingLeft();
    }

    /** Run, looked at and audited: who meets the damage says so, and who does not meet it finds what was saved. */
    private void expectToldOrHarmless(long at, int round) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        bytes[(int) at] ^= (byte) (1 << round % 8);
        Path damaged = Files.write(folder.resolve("damaged"), bytes);
        Domain domain = null;
        try {
            domain = pebbles.restore(damaged, voucher);
            if (round % 3 == 0) {
                domain.runInstructions(50_000);
            } else {
                assertThat(domain.stateDigest()).as("byte %d", at).isEqualTo(digest);
            }
            assertThat(host.audit(Optional.empty()).violations())
                    .as("byte %d", at)
                    .isEmpty();
        } catch (EngineException e) {
            assertThat(e.getMessage()).isNotBlank();
        } finally {
            if (domain != null) {
                domain.destroy();
            }
        }
        assertThat(host.host().degraded()).as("byte %d", at).isEmpty();
        expectNothingLeft();
    }
}
