package dev.xenolith.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.xenolith.control.DataDirectory;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** H2 in a file of the data directory, which is locked before it is opened. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final int CONNECTIONS = 8;
    private static final int CACHE_KIB = 8192;

    @Bean
    DataSource dataSource(DataDirectory directory) {
        HikariConfig config = new HikariConfig();
        // The data directory's own lock keeps a second server out and says so better than H2 does; the database is
        // closed by the pool's end, not by a shutdown hook that may come earlier.
        config.setJdbcUrl("jdbc:h2:file:" + directory.database() + ";FILE_LOCK=FS;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE="
                + CACHE_KIB);
        config.setUsername("sa");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setExceptionOverride(new BrokenDatabase());
        config.setPoolName("store");
        return new HikariDataSource(config);
    }
}
