package dev.xenolith.testing;

import dev.xenolith.XenolithApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.servlet.client.RestTestClient;

/** A server on a data directory, started and stopped by the test, so that one can follow another. */
public final class RunningServer implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static RunningServer withFakeEngine(Path data, String... settings) {
        return start(data, List.of(XenolithApplication.class, FakeEngine.class), settings);
    }

    public static RunningServer withRealEngine(Path data, String... settings) {
        return start(data, List.of(XenolithApplication.class), settings);
    }

    private static RunningServer start(Path data, List<Class<?>> sources, String... settings) {
        List<String> arguments = new ArrayList<>(Arrays.asList(settings));
        arguments.add("--server.port=0");
        arguments.add("--xenolith.data-dir=" + data);
        return new RunningServer(new SpringApplicationBuilder(sources.toArray(Class[]::new))
                .web(WebApplicationType.SERVLET)
                .registerShutdownHook(false)
                .run(arguments.toArray(String[]::new)));
    }

    public String url() {
        return "http://localhost:"
                + Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port"));
    }

    public Api api() {
        return new Api(RestTestClient.bindToServer().baseUrl(url()).build());
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
