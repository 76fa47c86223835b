package dev.xenolith;

import dev.xenolith.control.DataDirectory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The last lines of the start-up log: where to go. */
@Component
class ReadyMessage {

    private static final Logger log = LoggerFactory.getLogger(ReadyMessage.class);

    private final Environment environment;
    private final DataDirectory directory;

    ReadyMessage(Environment environment, DataDirectory directory) {
        this.environment = environment;
        this.directory = directory;
    }

    @EventListener
    @Order(Ordered.LOWEST_PRECEDENCE)
    void say(ApplicationReadyEvent event) {
        String address = environment.getProperty("server.address", "127.0.0.1");
        String host = address.equals("127.0.0.1") || address.equals("0.0.0.0") ? "localhost" : address;
        String base = "http://" + host + ":" + environment.getProperty("local.server.port");
        Duration taken = event.getTimeTaken();
        log.info("up after {} s, data in {}", taken == null ? "?" : taken.toMillis() / 1000.0, directory.root());
        log.info("REST API:   {}/v1", base);
        log.info("Swagger UI: {}/swagger-ui/index.html", base);
    }
}
