package dev.xenolith.store;

import dev.xenolith.control.RetirementStore.MarkedFrame;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Row of {@code retired_frame}. */
@Entity
@Table(name = "retired_frame")
class RetiredFrameRow {

    @Id
    private long mfn;

    private boolean broken;
    private long hostFrames;

    protected RetiredFrameRow() {}

    RetiredFrameRow(MarkedFrame frame) {
        mfn = frame.mfn();
        broken = frame.broken();
        hostFrames = frame.hostFrames();
    }

    MarkedFrame get() {
        return new MarkedFrame(mfn, broken, hostFrames);
    }
}
