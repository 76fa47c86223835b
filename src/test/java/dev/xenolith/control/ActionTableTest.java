package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ActionTableTest {

    private static final Path DOCUMENT = Path.of("docs/reference/states-and-actions.md");
    private static final String WRITE = "xenolith.docs.write";

    @Test
    void hasARuleForEveryActionInEveryState() {
        for (Action action : Action.values()) {
            for (LifecycleState state : LifecycleState.values()) {
                assertThat(ActionTable.RULES.get(action)).as("%s", action).containsKey(state);
            }
        }
    }

    @Test
    void isTheTableInTheDocs() throws IOException {
        String now = document();
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, now);
        }
        String checkedIn = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";

        assertThat(checkedIn)
                .as("%s is stale; run: mvn test -Dtest=ActionTableTest -D%s=true", DOCUMENT, WRITE)
                .isEqualTo(now);
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # States and actions

                <!-- Generated from ActionTable; the test ActionTableTest keeps it fresh. -->

                What each action does in each state of a domain. `=` is 200 with nothing changed; *409* is `wrong-state`, with the
                action that helps in brackets. While an operation holds the domain, every action but `patch` is 409
                `operation-in-progress`; `destroy` and `force-delete` end the operation, wait for its undo, and then act.

                """);
        text.append("| action |");
        for (LifecycleState state : LifecycleState.values()) {
            text.append(' ').append(state.wire()).append(" |");
        }
        text.append("\n|---|")
                .append("---|".repeat(LifecycleState.values().length))
                .append('\n');
        for (Action action : Action.values()) {
            text.append("| `").append(action.wire()).append("` |");
            for (LifecycleState state : LifecycleState.values()) {
                text.append(' ').append(cell(ActionTable.rule(action, state))).append(" |");
            }
            text.append('\n');
        }
        text.append("""

                What the guest does by itself: poweroff → shutoff(poweroff); reboot → running(rebooted), or shutoff(no-kernel) where
                the kernel's bytes are not here; crash or triple fault → crashed(guest-panic | triple-fault), its memory kept until
                destroy; a suspend nobody asked for, or not any more → suspended(guest-initiated). When the server is stopped or
                killed, its domains are shutoff(server-stopped | server-lost) at the next start.
                """);
        return text.toString();
    }

    private static String cell(Rule rule) {
        return switch (rule) {
            case Rule.Unchanged unchanged -> "=";
            case Rule.Allowed allowed -> allowed.status() + " " + allowed.becomes();
            case Rule.Refused refused ->
                refused.hint() == null ? "*409*" : "*409* (" + refused.hint().wire() + ")";
        };
    }
}
