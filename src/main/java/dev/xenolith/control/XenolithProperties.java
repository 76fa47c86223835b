package dev.xenolith.control;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Everything that can be configured, under {@code xenolith.}.
 *
 * @param dataDir holds the database, boot images, checkpoints and console logs; one server at a time
 * @param token what a client sends as bearer token; needed where the server listens beyond loopback. The environment
 *     variable {@code XENOLITH_TOKEN} sets it
 */
@Validated
@ConfigurationProperties("xenolith")
public record XenolithProperties(
        @NotNull @DefaultValue("./xenolith-data") Path dataDir,
        @Nullable String token,
        @Valid @DefaultValue Host host,
        @Valid @DefaultValue Limits limits) {

    /**
     * @param memoryMib machine memory that the host offers to domains; default: half of the machine's
     * @param pcpus threads that run guests; default: the machine's cores, at most 2
     * @param correctedErrors corrected memory errors of a frame within the window that take it out of use
     * @param correctedErrorWindow how far back such errors count
     */
    public record Host(
            @Nullable @Min(16) Integer memoryMib,
            @Nullable @Min(1) Integer pcpus,
            @Min(1) @DefaultValue("8") int correctedErrors,
            @DefaultValue("24h") Duration correctedErrorWindow) {}

    /** A named limit on everything that comes from outside. */
    public record Limits(
            @Min(1) @DefaultValue("256") int domains,
            @Min(1) @DefaultValue("8") int vcpusPerDomain,
            @Min(1) @DefaultValue("1024") int bootImageMib,
            @Min(1) @DefaultValue("65536") int checkpointMib,
            @Min(1) @DefaultValue("256") int jsonBodyKib,
            @Min(1) @DefaultValue("64") int consoleInputKib,
            @Min(1) @DefaultValue("64") int labels,
            @Min(1) @DefaultValue("10000") int eventsKept,
            @Min(1) @DefaultValue("7") int operationDays) {}
}
