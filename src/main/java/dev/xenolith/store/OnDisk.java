package dev.xenolith.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * Gets what was committed onto the disk before anybody is told of it. H2 writes behind by half a second, which a killed
 * server would lose, and never forces its file.
 */
@Component
class OnDisk {

    private static final String FLUSH = "CHECKPOINT SYNC";

    private final DataSource database;

    OnDisk(DataSource database) {
        this.database = database;
    }

    void flush() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(FLUSH);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot get the database onto the disk", e);
        }
    }
}
