package dev.xenolith.control;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where retirements are kept, and the frames that must be out of use again after a restart. Each call is a transaction. */
public interface RetirementStore {

    /**
     * A frame that is marked.
     *
     * @param hostFrames frames the host had: on a host of another size the number means another piece of memory
     */
    record MarkedFrame(long mfn, boolean broken, long hostFrames) {}

    void save(Retirement retirement);

    Optional<Retirement> byId(UUID id);

    /** In order of creation. */
    List<Retirement> after(@Nullable Cursor cursor, int limit);

    void mark(List<MarkedFrame> frames);

    void unmark(List<Long> mfns);

    List<MarkedFrame> marked();
}
