package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.Finding;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.SuspensionUnsoundException;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.stream.ImageSink;
import java.util.List;

/** Saves a domain that suspended itself, as Xen would. Examines it first: an unsound one leaves no byte behind. */
public final class CooperativeCheckpoint {

    private CooperativeCheckpoint() {}

    public static SaveResult save(DomainParts parts, SaveSpec spec) {
        SuspendExamination examination = SuspensionCheck.examineErrors(parts);
        if (!examination.isSound()) {
            throw new SuspensionUnsoundException(examination);
        }
        GuestDomain guest = parts.guest();
        GuestP2m p2m = p2m(guest);
        try (ImageSink sink = new ImageSink(spec.image())) {
            return new CooperativeSave(guest, p2m, sink).write(spec);
        }
    }

    private static GuestP2m p2m(GuestDomain guest) {
        try {
            return GuestP2m.read(guest.memory(), guest.sharedInfo());
        } catch (P2mUnreadableException e) {
            String message = String.valueOf(e.getMessage());
            throw new SuspensionUnsoundException(
                    new SuspendExamination(List.of(new Finding("p2m-unreadable", message)), List.of()));
        }
    }
}
