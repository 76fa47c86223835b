package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageReader;
import dev.xenolith.engine.ImageRecord;
import dev.xenolith.engine.ImageRecordQuery;
import dev.xenolith.engine.ImageRecordsPage;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.xenstore.Xenstore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointImagesTest {

    private static final String DAMAGED = "damaged: ";

    @TempDir
    Path folder;

    private final ImageReader reader = new CheckpointImages(new NoRehearsal());
    private FileChannel image;

    @BeforeEach
    void save() throws IOException {
        image = FileChannel.open(
                folder.resolve("image"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try (Machine machine = new Machine(4000);
                Pcpus pcpus = new Pcpus(1);
                StillDomain domain =
                        StillDomain.build(machine, new StillDomain.Host(new EventFabric(), pcpus, new Xenstore()), 1)) {
            TransparentCheckpoint.save(domain.parts(), new SaveSpec(image, new byte[0], Progress.none()));
        }
    }

    @AfterEach
    void close() throws IOException {
        image.close();
    }

    @Test
    void listsHeadersRecordsAndContextEntriesInTheirOrder() {
        List<ImageRecord> records = all(null);

        assertThat(records.stream().map(ImageRecord::name))
                .containsSubsequence(
                        "XENOLITH_TRANSPARENT",
                        "PAGE_DATA",
                        "XENOLITH_PAGE_INDEX",
                        "XENOLITH_DOMAIN_CONTEXT",
                        "HEADER",
                        "MEMORY",
                        "DOMAIN",
                        "VCPU",
                        "VCPU",
                        "EVENT_CHANNELS",
                        "GRANTS",
                        "BACKENDS",
                        "END");
        assertThat(records).extracting(ImageRecord::position).isSorted().doesNotHaveDuplicates();
        assertThat(records).extracting(ImageRecord::offset).isSorted().doesNotHaveDuplicates();
        assertThat(records).noneMatch(record -> record.meaning().startsWith(DAMAGED));
        assertThat(all("VCPU")).extracting(ImageRecord::vcpu).containsExactly(0, 1);
        assertThat(all("PAGES")).isEmpty();
    }

    @Test
    void pagesAddUpToTheWholeList() {
        List<ImageRecord> whole = all(null);

        for (int limit : new int[] {1, 3, whole.size(), whole.size() + 1}) {
            List<ImageRecord> pieces = new ArrayList<>();
            Long from = 0L;
            while (from != null) {
                ImageRecordsPage page = reader.records(image, new ImageRecordQuery(from, limit, null));
                assertThat(page.records()).hasSizeLessThanOrEqualTo(limit).isNotEmpty();
                pieces.addAll(page.records());
                from = page.nextPosition();
            }
            assertThat(pieces).isEqualTo(whole);
        }
    }

    @Test
    void showsAContextEntryAsATree() {
        Object vcpu = reader.contents(image, all("VCPU").getLast()).orElseThrow();
        Object header =
                reader.contents(image, all("XENOLITH_TRANSPARENT").getFirst()).orElseThrow();

        assertThat((Map<?, ?>) vcpu).isNotEmpty();
        assertThat(((Map<?, ?>) header).get("vcpus")).isEqualTo(2);
        assertThat(reader.contents(image, all("PAGE_DATA").getFirst())).isEmpty();
    }

    @Test
    void listsADamagedImageAsFarAsItsOrderIsKnown() throws IOException {
        List<ImageRecord> whole = all(null);
        long half = whole.get(whole.size() / 2).offset() + 3;
        image.truncate(half);

        List<ImageRecord> left = all(null);

        assertThat(left.size()).isLessThan(whole.size());
        assertThat(left.getLast().meaning()).startsWith(DAMAGED).contains("nothing behind it can be found");
    }

    @Test
    void goesOnBehindADamagedContext() throws IOException {
        ImageRecord entry = all("DOMAIN").getFirst();
        ByteBuffer longer = ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1, -1, -1, 127});
        image.write(longer, entry.offset() + 8);

        List<ImageRecord> records = all(null);

        assertThat(records).anyMatch(record -> record.meaning().contains("the entries behind it cannot be found"));
        assertThat(records.getLast().name()).isEqualTo("END");
    }

    @Test
    void tellsDamageFromWhatAnotherHostCouldRestore() throws IOException {
        long version = all("XENOLITH_TRANSPARENT").getFirst().offset() + 8;
        image.write(ByteBuffer.wrap(new byte[] {99}), version);

        assertThat(reader.verify(image, Progress.none()))
                .isNotEmpty()
                .allMatch(finding -> finding.kind() == ImageFinding.Kind.INCOMPATIBLE)
                .anyMatch(finding -> finding.message().contains("version 99"));
    }

    private List<ImageRecord> all(@Nullable String name) {
        return reader.records(image, new ImageRecordQuery(0, 1000, name)).records();
    }
}
