package dev.xenolith.control;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What of a domain's definition travels inside its image, so that the image alone says what it is: lines of {@code
 * name=value} as {@link Properties} writes them. The engine carries them as bytes.
 */
final class CheckpointConfiguration {

    private CheckpointConfiguration() {}

    static byte[] of(DomainDefinition domain) {
        Properties properties = new Properties();
        properties.setProperty("id", domain.id().toString());
        properties.setProperty("name", domain.name());
        properties.setProperty("memoryMib", Integer.toString(domain.memoryMib()));
        properties.setProperty("vcpus", Integer.toString(domain.vcpus()));
        properties.setProperty("commandLine", domain.commandLine());
        StringWriter text = new StringWriter();
        try {
            properties.store(text, "Xenolith domain");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
