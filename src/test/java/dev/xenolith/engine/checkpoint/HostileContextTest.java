package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.xenstore.Xenstore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images whose checksums are right and whose contents lie. Whatever they say, a restore either refuses with one of the
 * engine's errors or makes a domain whose counts hold, and a refusal leaves no frame behind.
 */
class HostileContextTest {

    private static final int ROUNDS = 500;

    @TempDir
    Path folder;

    private final Machine machine = new Machine(4000);
    private final Pcpus pcpus = new Pcpus(1);
    private final StillDomain.Host host = new StillDomain.Host(new EventFabric(), pcpus, new Xenstore());
    private final Map<Integer, RecordEntry> records = new HashMap<>();
    private byte[] sound = {};
    private long free;

    @BeforeEach
    void save() throws IOException {
        try (StillDomain domain = StillDomain.build(machine, host, 1);
                FileChannel image = open("image")) {
            TransparentCheckpoint.save(domain.parts(), new SaveSpec(image, new byte[0], Progress.none()));
            ByteBuffer bytes = ByteBuffer.allocate((int) image.size());
            image.read(bytes, 0);
            sound = bytes.array();
            StreamRecords walk = new StreamRecords(ImageBytes.of(image));
            for (RecordEntry record = walk.next(); record != null; record = walk.next()) {
                if (record.layer() == StreamLayer.LIBXC && !record.isHeader()) {
                    records.put(record.type(), record);
                }
            }
        }
        free = machine.freeFrames();
    }

    @AfterEach
    void close() {
        pcpus.close();
        machine.close();
    }

    @Test
    void survivesAnyChangeOfTheDomainContext() throws IOException {
        survives(LibxcRecord.XENOLITH_DOMAIN_CONTEXT, 0, 8);
    }

    @Test
    void survivesAnyChangeOfThePageIndex() throws IOException {
        survives(LibxcRecord.XENOLITH_PAGE_INDEX, PageIndex.HEADER_BYTES, PageIndex.TRAILER_BYTES);
    }

    @Test
    void survivesAnyChangeOfTheHeader() throws IOException {
        survives(LibxcRecord.XENOLITH_TRANSPARENT, 0, 0);
    }

    private void survives(int type, int skipFirst, int skipLast) throws IOException {
        RecordEntry record = record(type);
        Random random = new Random(type);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = sound.clone();
            int at = (int) record.bodyOffset()
                    + skipFirst
                    + random.nextInt((int) record.length() - skipFirst - skipLast);
            bytes[at] = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> (byte) 0xff;
                case 2 -> (byte) (bytes[at] + 1);
                default -> (byte) random.nextInt();
            };
            sealAgain(bytes);
            refused += restore(bytes, at);
            assertThat((long) machine.freeFrames())
                    .as("round %d, byte %d", round, at)
                    .isEqualTo(free);
        }
        assertThat(refused).isPositive();
    }

    private int restore(byte[] bytes, int at) throws IOException {
        FileChannel image = open("hostile");
        image.truncate(0).write(ByteBuffer.wrap(bytes), 0);
        try (StillDomain domain = StillDomain.restore(machine, host, 2, image)) {
            assertThat(domain.guest().memory().checkInvariants())
                    .as("byte %d", at)
                    .isEmpty();
            domain.digest();
            return 0;
        } catch (EngineException e) {
            return 1;
        } finally {
            image.close();
        }
    }

    private void sealAgain(byte[] bytes) {
        RecordEntry index = record(LibxcRecord.XENOLITH_PAGE_INDEX);
        RecordEntry header = record(LibxcRecord.XENOLITH_TRANSPARENT);
        RecordEntry context = record(LibxcRecord.XENOLITH_DOMAIN_CONTEXT);
        CRC32C crc = new CRC32C();
        int end = (int) (index.bodyOffset() + index.length()) - PageIndex.TRAILER_BYTES;
        crc.update(bytes, (int) index.bodyOffset(), end - (int) index.bodyOffset());
        put(bytes, end, (int) crc.getValue());
        crc.reset();
        crc.update(bytes, (int) header.bodyOffset(), (int) header.length());
        end = (int) (context.bodyOffset() + context.length()) - 8;
        crc.update(bytes, (int) context.bodyOffset(), end - (int) context.bodyOffset());
        put(bytes, end, (int) crc.getValue());
    }

    private RecordEntry record(int type) {
        return Objects.requireNonNull(records.get(type));
    }

    private static void put(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
