package dev.xenolith.store;

import dev.xenolith.control.Retirement;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code page_retirement}. */
@Entity
@Table(name = "page_retirement")
class RetirementRow {

    @Id
    private UUID id;

    @Version
    private @Nullable Long version;

    private String domains;

    @Enumerated(EnumType.STRING)
    private Mode mode;

    private @Nullable Long seed;
    private String pages;
    private Instant createdAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it.
    protected RetirementRow() {}

    RetirementRow(Retirement retirement, JsonText json) {
        id = retirement.id();
        domains = json.write(retirement.domains());
        mode = retirement.mode();
        seed = retirement.seed();
        pages = json.write(retirement.pages());
        createdAt = retirement.createdAt();
    }

    Retirement get(JsonText json) {
        return new Retirement(
                id,
                List.of(json.read(domains, Retirement.Concerned[].class)),
                mode,
                seed,
                List.of(json.read(pages, PageRetirement[].class)),
                createdAt);
    }
}
