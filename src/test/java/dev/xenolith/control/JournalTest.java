package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {

    private final Journal journal = new Journal();
    private final List<String> undone = new ArrayList<>();

    private void step(String name) {
        journal.done(name, () -> undone.add(name));
    }

    @Test
    void undoesBackwards() {
        step("pause");
        step("write");

        assertThat(journal.undo()).isTrue();
        assertThat(undone).containsExactly("write", "pause");
        assertThat(journal.undo()).isTrue();
        assertThat(undone).hasSize(2);
    }

    @Test
    void committedStepsStand() {
        step("pause");
        journal.commit();

        assertThat(journal.undo()).isTrue();
        assertThat(undone).isEmpty();
    }

    @Test
    void aFailedUndoLeavesTheEarlierStepsAlone() {
        step("pause");
        journal.done("write", () -> {
            throw new IllegalStateException("disk on fire");
        });
        step("keep");

        assertThat(journal.undo()).isFalse();
        assertThat(undone).containsExactly("keep");
        assertThat(journal.undo()).isFalse();
    }
}
