package dev.xenolith;

import dev.xenolith.control.StartupRefusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** A refusal to start is one line on the log, not a page of stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class StartupRefusalReporter implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(StartupRefusalReporter.class);

    StartupRefusalReporter(ConfigurableApplicationContext context) {
        // The signature is the reporter contract; the context has nothing to say here.
    }

    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartupRefusal refusal) {
                log.error("cannot start: {}", refusal.getMessage());
                return true;
            }
        }
        return false;
    }
}
