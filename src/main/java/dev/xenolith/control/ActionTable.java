package dev.xenolith.control;

import static dev.xenolith.control.LifecycleState.CRASHED;
import static dev.xenolith.control.LifecycleState.PAUSED;
import static dev.xenolith.control.LifecycleState.RUNNING;
import static dev.xenolith.control.LifecycleState.SHUTOFF;
import static dev.xenolith.control.LifecycleState.SUSPENDED;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which action does what in which state: the one place that says so. The services ask it, the test of every action in
 * every state is generated from it, and so is the table in {@code docs/reference/states-and-actions.md}.
 */
public final class ActionTable {

    static final Map<Action, Map<LifecycleState, Rule>> RULES = new EnumMap<>(Action.class);

    static {
        row(Action.START)
                .unchanged(RUNNING)
                .refused(PAUSED, Action.UNPAUSE)
                .refused(SUSPENDED, Action.RESUME)
                .refused(CRASHED, Action.DESTROY)
                .allowed(SHUTOFF, 200, "running(started), new domid");
        row(Action.PAUSE)
                .allowed(RUNNING, 200, "paused(user)")
                .unchanged(PAUSED)
                .refused(SUSPENDED, Action.RESUME)
                .refused(CRASHED, null)
                .refused(SHUTOFF, Action.START);
        row(Action.UNPAUSE)
                .unchanged(RUNNING)
                .allowed(PAUSED, 200, "running(unpaused)")
                .refused(SUSPENDED, Action.RESUME)
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.SUSPEND)
                .allowed(RUNNING, 202, "suspended(user)")
                .refused(PAUSED, Action.UNPAUSE)
                .unchanged(SUSPENDED)
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.RESUME)
                .unchanged(RUNNING)
                .refused(PAUSED, Action.UNPAUSE)
                .allowed(SUSPENDED, 200, "running(resumed)")
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.SHUTDOWN)
                .allowed(RUNNING, 202, "shutoff(poweroff)")
                .refused(PAUSED, Action.UNPAUSE)
                .refused(SUSPENDED, Action.RESUME)
                .refused(CRASHED, Action.DESTROY)
                .unchanged(SHUTOFF);
        row(Action.REBOOT)
                .allowed(RUNNING, 202, "running(rebooted), new domid")
                .refused(PAUSED, Action.UNPAUSE)
                .refused(SUSPENDED, Action.RESUME)
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.DESTROY)
                .allowed(RUNNING, 200, "shutoff(destroyed)")
                .allowed(PAUSED, 200, "shutoff(destroyed)")
                .allowed(SUSPENDED, 200, "shutoff(destroyed)")
                .allowed(CRASHED, 200, "shutoff(destroyed)")
                .unchanged(SHUTOFF);
        row(Action.CHECKPOINT)
                .allowed(RUNNING, 202, "running")
                .allowed(PAUSED, 202, "paused")
                .allowed(SUSPENDED, 202, "suspended")
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.CHECKPOINT_STOP)
                .allowed(RUNNING, 202, "shutoff(saved)")
                .allowed(PAUSED, 202, "shutoff(saved)")
                .allowed(SUSPENDED, 202, "shutoff(saved)")
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.CHECKPOINT_COOPERATIVE)
                .allowed(RUNNING, 202, "running")
                .refused(PAUSED, Action.UNPAUSE)
                .allowed(SUSPENDED, 202, "suspended")
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.CHECKPOINT_COOPERATIVE_STOP)
                .allowed(RUNNING, 202, "shutoff(saved)")
                .refused(PAUSED, Action.UNPAUSE)
                .allowed(SUSPENDED, 202, "shutoff(saved)")
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.RESTORE)
                .refused(RUNNING, Action.DESTROY)
                .refused(PAUSED, Action.DESTROY)
                .refused(SUSPENDED, Action.DESTROY)
                .refused(CRASHED, Action.DESTROY)
                .allowed(SHUTOFF, 202, "running(restored), or paused");
        row(Action.RETIRE)
                .allowed(RUNNING, 202, "running")
                .allowed(PAUSED, 202, "paused")
                .allowed(SUSPENDED, 202, "suspended")
                .refused(CRASHED, Action.DESTROY)
                .refused(SHUTOFF, Action.START);
        row(Action.PATCH)
                .allowed(RUNNING, 200, "running")
                .allowed(PAUSED, 200, "paused")
                .allowed(SUSPENDED, 200, "suspended")
                .allowed(CRASHED, 200, "crashed")
                .allowed(SHUTOFF, 200, "shutoff");
        row(Action.DELETE)
                .refused(RUNNING, Action.DESTROY)
                .refused(PAUSED, Action.DESTROY)
                .refused(SUSPENDED, Action.DESTROY)
                .allowed(CRASHED, 204, "gone")
                .allowed(SHUTOFF, 204, "gone");
        row(Action.FORCE_DELETE)
                .allowed(RUNNING, 204, "gone")
                .allowed(PAUSED, 204, "gone")
                .allowed(SUSPENDED, 204, "gone")
                .allowed(CRASHED, 204, "gone")
                .allowed(SHUTOFF, 204, "gone");
    }

    private ActionTable() {}

    public static Rule rule(Action action, LifecycleState state) {
        return RULES.getOrDefault(action, Map.of()).getOrDefault(state, new Rule.Refused(null));
    }

    /** The actions that would do something now, in the order of the table. */
    public static List<Action> allowed(DomainDefinition domain, boolean operationInProgress) {
        EnumSet<Action> allowed = EnumSet.noneOf(Action.class);
        for (Action action : Action.values()) {
            boolean free = !operationInProgress || action == Action.PATCH || action.endsOperations();
            boolean bootable = action != Action.START || domain.kernelId() != null;
            if (free && bootable && rule(action, domain.state()) instanceof Rule.Allowed) {
                allowed.add(action);
            }
        }
        return new ArrayList<>(allowed);
    }

    /** Returns silently where the action is allowed or unchanged. */
    static void check(Action action, DomainDefinition domain) {
        if (rule(action, domain.state()) instanceof Rule.Refused refused) {
            throw wrongState(action, domain, refused.hint());
        }
    }

    static ProblemException wrongState(Action action, DomainDefinition domain, @Nullable Action hint) {
        String help = hint == null ? "" : "; " + hint.wire() + " it first";
        List<String> allowed = allowed(domain, false).stream().map(Action::wire).toList();
        Map<String, Object> members = hint == null
                ? Map.of("state", domain.state().wire(), "allowed", allowed)
                : Map.of("state", domain.state().wire(), "allowed", allowed, "hint", hint.wire());
        return new ProblemException(
                ProblemType.WRONG_STATE,
                "cannot " + action.wire() + " domain " + domain.name() + " while it is "
                        + domain.state().wire() + help,
                members);
    }

    /** Typing is no action of the table: it needs a guest that can read. */
    static ProblemException notListening(DomainDefinition domain) {
        Action hint = switch (domain.state()) {
            case SHUTOFF -> Action.START;
            case SUSPENDED -> Action.RESUME;
            case RUNNING, PAUSED, CRASHED -> Action.DESTROY;
        };
        return new ProblemException(
                ProblemType.WRONG_STATE,
                "nobody reads the console of domain " + domain.name() + " while it is "
                        + domain.state().wire() + "; " + hint.wire() + " it first",
                Map.of(
                        "state", domain.state().wire(),
                        "allowed",
                                allowed(domain, false).stream()
                                        .map(Action::wire)
                                        .toList(),
                        "hint", hint.wire()));
    }

    private static Row row(Action action) {
        Map<LifecycleState, Rule> row = new EnumMap<>(LifecycleState.class);
        RULES.put(action, row);
        return new Row(row);
    }

    private record Row(Map<LifecycleState, Rule> rules) {

        Row unchanged(LifecycleState state) {
            rules.put(state, new Rule.Unchanged());
            return this;
        }

        Row allowed(LifecycleState state, int status, String becomes) {
            rules.put(state, new Rule.Allowed(status, becomes));
            return this;
        }

        Row refused(LifecycleState state, @Nullable Action hint) {
            rules.put(state, new Rule.Refused(hint));
            return this;
        }
    }
}
