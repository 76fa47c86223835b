package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.StreamVerifier;
import dev.xenolith.engine.xenstore.Xenstore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole domains that stand still: saved, restored beside each other, and compared by their digests. */
class TransparentCheckpointTest {

    private static final byte[] CONFIGURATION = "{\"name\": \"still\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final Machine machine = new Machine(4000);
    private final Pcpus pcpus = new Pcpus(1);
    private final StillDomain.Host host = new StillDomain.Host(new EventFabric(), pcpus, new Xenstore());
    private final StillDomain domain = StillDomain.build(machine, host, 1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private FileChannel image;
    private SaveResult saved;

    @BeforeEach
    void save() throws IOException {
        image = file("image");
        saved = TransparentCheckpoint.save(domain.parts(), new SaveSpec(image, CONFIGURATION, Progress.none()));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        domain.close();
        pcpus.close();
        machine.close();
    }

    @Test
    void changesNothingInTheDomain() {
        assertThat(domain.digest()).isEqualTo(saved.digest());
    }

    @Test
    void restoresADomainOfTheSameDigest() throws IOException {
        assertThat(restore(2).digest()).isEqualTo(saved.digest());
    }

    @Test
    void restoresTwoCopiesThatLiveSideBySide() throws IOException {
        StillDomain first = restore(2);
        StillDomain second = restore(3);

        first.guest().vcpu(0).cpu().setGpr(0, 1);

        assertThat(first.digest()).isNotEqualTo(saved.digest());
        assertThat(second.digest()).isEqualTo(saved.digest());
    }

    @Test
    void savesARestoredDomainAsTheSameBytes() throws IOException {
        StillDomain copy = restore(2);
        SaveResult again =
                TransparentCheckpoint.save(copy.parts(), new SaveSpec(file("again"), CONFIGURATION, Progress.none()));

        assertThat(again).usingRecursiveComparison().isEqualTo(saved);
        assertThat(folder.resolve("again")).hasSameBinaryContentAs(folder.resolve("image"));
    }

    @Test
    void outlivesTheDomainItWasTakenOf() throws IOException {
        domain.close();

        assertThat(restore(1).digest()).isEqualTo(saved.digest());
    }

    @Test
    void keepsTheGuestsNumbersWhileOthersHaveItsOldFrames() throws IOException {
        StillDomain copy = restore(2);
        long guestMfn = domain.guest().memory().view().guestMfnOf(domain.guest().sharedInfoMfn());

        assertThat(copy.guest().memory().frameOf(guestMfn))
                .isNotEqualTo(domain.guest().memory().frameOf(guestMfn));
        assertThat(copy.guest().memory().vcpus().getFirst().kernelGuestMfn())
                .isEqualTo(domain.guest().memory().vcpus().getFirst().kernelGuestMfn());
    }

    @Test
    void describesItself() {
        ImageInfo info = ImageInspection.inspect(image);

        assertThat(info.format()).isEqualTo("xenolith");
        assertThat(info.mode()).isEqualTo("transparent");
        assertThat(info.pages()).isEqualTo(202);
        assertThat(info.vcpus()).isEqualTo(2);
        assertThat(info.configuration()).isEqualTo(CONFIGURATION);
        assertThat(saved.pagesByKind())
                .containsEntry("l4", 2L)
                .containsEntry("l1", 1L)
                .containsEntry("data", 54L);
        assertThat(StreamVerifier.verify(ImageBytes.of(image))).isEmpty();
    }

    @Test
    void verifiesEveryPage() throws IOException {
        assertThat(ImageVerification.verify(image, new NoRehearsal(), Progress.none()))
                .isEmpty();
        long offset = TransparentImage.open(image).index().entry(201).dataOffset();
        image.write(ByteBuffer.wrap(new byte[] {77}), offset + 5);

        assertThat(ImageVerification.verify(image, new NoRehearsal(), Progress.none()))
                .singleElement()
                .matches(finding ->
                        finding.offset() == offset && finding.record().equals("PAGE_DATA"));
    }

    @Test
    void opensWithARecordThatRealXenRefuses() {
        StreamRecords records = new StreamRecords(ImageBytes.of(image));
        RecordEntry record = records.next();
        while (record != null && (record.isHeader() || record.layer() != StreamLayer.LIBXC)) {
            record = records.next();
        }

        assertThat(Objects.requireNonNull(record).type())
                .isEqualTo(LibxcRecord.XENOLITH_TRANSPARENT)
                .isPositive();
    }

    @Test
    void leavesNothingBehindWhenARestoreFails() throws IOException {
        long free = machine.freeFrames();
        byte[] bytes = bytes();
        int refused = 0;
        for (int at = 0; at < bytes.length; at += at % 4096 < 200 ? 7 : 131) {
            FileChannel damaged = file("damaged");
            byte[] copy = bytes.clone();
            copy[at] ^= (byte) 0x41;
            damaged.truncate(0).write(ByteBuffer.wrap(copy), 0);
            refused += restoreOrRefuse(damaged);
            assertThat(machine.freeFrames()).as("byte %d", at).isEqualTo(free);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] bytes = bytes();
        for (int length = 0; length < bytes.length; length += length % 4096 < 100 ? 3 : 211) {
            FileChannel cut = file("cut");
            cut.truncate(0).write(ByteBuffer.wrap(bytes, 0, length), 0);
            assertThatExceptionOfType(ImageCorruptException.class)
                    .as("cut to %d of %d bytes", length, bytes.length)
                    .isThrownBy(() -> TransparentRestore.open(machine, cut, null));
        }
    }

    @Test
    void endsASaveWhenTheProgressSaysSo() throws IOException {
        Progress impatient = (phase, done, total, unit) -> {
            if (phase.equals("context")) {
                throw new CancelledException();
            }
        };
        SaveSpec spec = new SaveSpec(file("other"), CONFIGURATION, impatient);

        assertThatExceptionOfType(CancelledException.class)
                .isThrownBy(() -> TransparentCheckpoint.save(domain.parts(), spec));
        assertThat(domain.digest()).isEqualTo(saved.digest());
    }

    /** 1 if the image was refused. One that restores must be one whose damage lies in a page or says nothing. */
    private int restoreOrRefuse(FileChannel damaged) {
        try (StillDomain copy = StillDomain.restore(machine, host, 9, damaged)) {
            assertThat(copy.guest().vcpuCount()).isEqualTo(2);
            return 0;
        } catch (ImageCorruptException | ImageIncompatibleException e) {
            return 1;
        } catch (EngineException e) {
            throw new AssertionError("unexpected refusal", e);
        }
    }

    private byte[] bytes() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) image.size());
        image.read(bytes, 0);
        return bytes.array();
    }

    private StillDomain restore(int domid) throws IOException {
        StillDomain copy = StillDomain.restore(
                machine, host, domid, FileChannel.open(folder.resolve("image"), StandardOpenOption.READ));
        open.add(copy);
        return copy;
    }

    private FileChannel file(String name) throws IOException {
        return FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
