package dev.xenolith.store;

import dev.xenolith.control.Cursor;
import dev.xenolith.control.Retirement;
import dev.xenolith.control.RetirementStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Repository;

/** Retirements and retired frames as rows. */
@Repository
class JpaRetirementStore implements RetirementStore {

    private final RetirementRows retirements;
    private final RetiredFrameRows frames;
    private final JsonText json;

    JpaRetirementStore(RetirementRows retirements, RetiredFrameRows frames, JsonText json) {
        this.retirements = retirements;
        this.frames = frames;
        this.json = json;
    }

    @Override
    public void save(Retirement retirement) {
        retirements.save(new RetirementRow(retirement, json));
    }

    @Override
    public Optional<Retirement> byId(UUID id) {
        return retirements.findById(id).map(row -> row.get(json));
    }

    @Override
    public List<Retirement> after(@Nullable Cursor cursor, int limit) {
        Cursor from = Cursors.orStart(cursor);
        return retirements.after(from.createdAt(), from.id(), Limit.of(limit)).stream()
                .map(row -> row.get(json))
                .toList();
    }

    @Override
    public void mark(List<MarkedFrame> marked) {
        frames.saveAll(marked.stream().map(RetiredFrameRow::new).toList());
    }

    @Override
    public void unmark(List<Long> mfns) {
        frames.deleteAllById(mfns);
    }

    @Override
    public List<MarkedFrame> marked() {
        return frames.findAll().stream().map(RetiredFrameRow::get).toList();
    }
}
