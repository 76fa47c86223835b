package dev.xenolith.store;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * After a failed write H2 closes the database under its connections, which then fail for ever. Once the pool has dropped
 * them all, the next one opens the file anew, at what was last on the disk: a disk that was full and has room again needs
 * no restart.
 */
final class BrokenDatabase implements SQLExceptionOverride {

    /** H2's codes: general error, object closed, I/O (twice), corrupt, broken, closed, called at shutdown. */
    private static final Set<Integer> FATAL = Set.of(50000, 90007, 90028, 90031, 90030, 90067, 90098, 90135);

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        return FATAL.contains(failure.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
