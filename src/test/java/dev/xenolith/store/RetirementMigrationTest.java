package dev.xenolith.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.control.Retirement;
import dev.xenolith.control.Retirement.Concerned;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.State;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Retirements of the time when one call concerned one domain are read as ever. */
class RetirementMigrationTest {

    private static final String DATABASE = "jdbc:h2:mem:retirements;DB_CLOSE_DELAY=-1";
    private static final UUID DOMAIN = new UUID(1, 2);

    private final JsonText json = new JsonText();

    private static void migrate(String target) {
        Flyway.configure().dataSource(DATABASE, "", "").target(target).load().migrate();
    }

    @Test
    void keepsTheDomainOfAnEarlierRow() throws SQLException {
        PageRetirement page = new PageRetirement(4711, 9, 12L, 4800L, State.OFFLINED, null, Mode.EXCHANGE);
        PageRetirement free = new PageRetirement(50_000, null, null, null, State.OFFLINED, null, Mode.EXCHANGE);
        migrate("4");
        try (Connection connection = DriverManager.getConnection(DATABASE);
                Statement sql = connection.createStatement()) {
            String row = "insert into page_retirement (id, version, domain_id, domain_name, mode, pages, created_at)"
                    + " values (random_uuid(), 0, %s, %s, 'EXCHANGE', '" + json.write(List.of(page)) + "', now())";
            sql.execute(row.formatted("'" + DOMAIN + "'", "'one'"));
            sql.execute(row.formatted("null", "null"));
            migrate("latest");

            Concerned domain = new Concerned(DOMAIN, "one", 0, null, null);
            assertThat(domainsOf(sql, "domains <> '[]'")).containsExactly(domain);
            assertThat(domainsOf(sql, "domains = '[]'")).isEmpty();
            Retirement retirement = new Retirement(
                    new UUID(0, 1), List.of(domain), Mode.EXCHANGE, null, List.of(page, free), Instant.EPOCH);
            assertThat(retirement.domainOf(page)).isEqualTo(domain);
            assertThat(retirement.domainOf(free)).isNull();
        }
    }

    private List<Concerned> domainsOf(Statement sql, String which) throws SQLException {
        try (ResultSet rows = sql.executeQuery("select domains from page_retirement where " + which)) {
            assertThat(rows.next()).isTrue();
            return List.of(json.read(Objects.requireNonNull(rows.getString(1)), Concerned[].class));
        }
    }
}
