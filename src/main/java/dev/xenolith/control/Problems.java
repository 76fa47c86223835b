package dev.xenolith.control;

import dev.xenolith.engine.BootImageUnusableException;
import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.GuestDamagedException;
import dev.xenolith.engine.GuestUncooperativeException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.SuspensionUnsoundException;
import dev.xenolith.engine.WrongStateException;
import java.io.IOException;
import java.util.Map;

/** Whose fault it is, seen from HTTP: every error of the engine and every other one as a problem. */
public final class Problems {

    private static final int PAGES_PER_MIB = 256;

    private Problems() {}

    public static Problem of(Throwable thrown) {
        return switch (thrown) {
            case ProblemException e -> e.problem();
            case EngineException e -> ofEngine(e);
            default ->
                diskIsFull(thrown)
                        ? new Problem(ProblemType.STORAGE_FULL, "the data directory ran full", Map.of())
                        : new Problem(ProblemType.INTERNAL, "the server failed; its log has the details", Map.of());
        };
    }

    /** ENOSPC and EDQUOT, which Java tells by the words of the C library only. */
    private static boolean diskIsFull(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String words = cause instanceof IOException ? String.valueOf(cause.getMessage()) : "";
            if (words.contains("No space left on device") || words.contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    private static Problem ofEngine(EngineException thrown) {
        String detail = String.valueOf(thrown.getMessage());
        return switch (thrown) {
            case BootImageUnusableException e ->
                new Problem(
                        ProblemType.BOOT_IMAGE_UNUSABLE,
                        detail,
                        Map.of("what", e.what(), "expected", e.expected(), "got", e.got()));
            case CancelledException e -> new Problem(ProblemType.CANCELLED, detail, Map.of());
            case GuestDamagedException e ->
                new Problem(
                        ProblemType.WRONG_STATE,
                        detail,
                        Map.of("state", ofEngine(DomainState.SUSPENDED).wire(), "reason", "guest-damaged"));
            case GuestUncooperativeException e ->
                new Problem(ProblemType.GUEST_UNCOOPERATIVE, detail, Map.of("asked", e.asked()));
            case ImageCorruptException e ->
                new Problem(
                        ProblemType.IMAGE_CORRUPT,
                        detail,
                        Map.of("record", e.record(), "offset", e.offset(), "expected", e.expected(), "got", e.got()));
            case ImageIncompatibleException e ->
                new Problem(ProblemType.IMAGE_INCOMPATIBLE, detail, Map.of("needs", e.needs(), "has", e.has()));
            case InsufficientMemoryException e ->
                new Problem(
                        ProblemType.INSUFFICIENT_MEMORY,
                        detail,
                        Map.of(
                                "neededMib", ceilMib(e.neededFrames()),
                                "freeMib", e.freeFrames() / PAGES_PER_MIB,
                                "neededFrames", e.neededFrames(),
                                "freeFrames", e.freeFrames()));
            case LimitExceededException e ->
                new Problem(
                        ProblemType.LIMIT_EXCEEDED,
                        detail,
                        Map.of("limit", e.limit(), "maximum", e.maximum(), "value", e.value()));
            case SuspensionUnsoundException e ->
                new Problem(
                        ProblemType.GUEST_UNCOOPERATIVE,
                        detail,
                        Map.of("asked", "suspend", "errors", e.examination().errors()));
            case WrongStateException e ->
                new Problem(
                        ProblemType.WRONG_STATE,
                        detail,
                        Map.of("state", ofEngine(e.state()).wire()));
        };
    }

    /** A guest may have ended a moment before its end is recorded. */
    private static LifecycleState ofEngine(DomainState state) {
        return switch (state) {
            case PAUSED -> LifecycleState.PAUSED;
            case RUNNING -> LifecycleState.RUNNING;
            case SUSPENDED -> LifecycleState.SUSPENDED;
            case CRASHED -> LifecycleState.CRASHED;
            case SHUTDOWN, DYING -> LifecycleState.SHUTOFF;
        };
    }

    private static long ceilMib(long frames) {
        return (frames + PAGES_PER_MIB - 1) / PAGES_PER_MIB;
    }
}
