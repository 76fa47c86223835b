package dev.xenolith.control;

import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageRecord;
import dev.xenolith.engine.ImageRecordQuery;
import dev.xenolith.engine.ImageRecordsPage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Looks into the images of checkpoints, of damaged ones too. */
@Service
public class CheckpointRecords {

    private final Checkpoints checkpoints;
    private final CheckpointFiles files;
    private final Hypervisor hypervisor;

    CheckpointRecords(Checkpoints checkpoints, CheckpointFiles files, Hypervisor hypervisor) {
        this.checkpoints = checkpoints;
        this.files = files;
        this.hypervisor = hypervisor;
    }

    /**
     * @param name of the records wanted; null for all
     */
    public ImageRecordsPage list(String reference, long from, int limit, @Nullable String name) {
        return withImage(
                reference,
                lease -> hypervisor.images().records(lease.channel(), new ImageRecordQuery(from, limit, name)));
    }

    /**
     * A record, and what it holds where that can be told.
     *
     * @param contents of a tree of maps, lists, texts and numbers; null for a record that is not read that way
     */
    public record Opened(ImageRecord record, @Nullable Object contents) {}

    public Opened get(String reference, long position) {
        return withImage(reference, lease -> {
            ImageRecord record =
                    hypervisor
                            .images()
                            .records(lease.channel(), new ImageRecordQuery(position, 1, null))
                            .records()
                            .stream()
                            .filter(found -> found.position() == position)
                            .findFirst()
                            .orElseThrow(() -> ProblemException.notFound("record", Long.toString(position)));
            return new Opened(
                    record,
                    hypervisor.images().contents(lease.channel(), record).orElse(null));
        });
    }

    private <T> T withImage(String reference, Function<CheckpointFiles.Lease, T> look) {
        CheckpointFiles.Lease lease = files.lease(checkpoints.get(reference).id());
        try {
            return look.apply(lease);
        } finally {
            lease.release().run();
        }
    }
}
