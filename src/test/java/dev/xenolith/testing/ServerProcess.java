package dev.xenolith.testing;

import dev.xenolith.XenolithApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.test.web.servlet.client.RestTestClient;

/** A server in a process of its own, which a test may kill. */
public final class ServerProcess implements AutoCloseable {

    private static final Pattern URL = Pattern.compile("REST API:\\s+(\\S+)/v1");
    private static final long STARTS_IN_SECONDS = 120;

    private final Process process;
    private final Path log;
    private final String url;

    private ServerProcess(Process process, Path log, String url) {
        this.process = process;
        this.log = log;
        this.url = url;
    }

    /**
     * @param wrapper a command that ends in executing its arguments; empty for none
     */
    public static ServerProcess start(List<String> wrapper, Path data, Path log, String... settings) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-XX:+UseCompact"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), XenolithApplication.class.getName()));
        command.addAll(List.of("--server.port=0", "--xenolith.data-dir=" + data));
        command.addAll(List.of(settings));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ServerProcess(process, log, awaitUrl(process, log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String awaitUrl(Process process, Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STARTS_IN_SECONDS);
        while (System.nanoTime() < deadline) {
            Matcher url = URL.matcher(Files.readString(log));
            if (url.find()) {
                return url.group(1);
            }
            if (await(process, 50)) {
                break;
            }
        }
        process.destroyForcibly();
        throw new AssertionError("the server did not start:\n" + Files.readString(log));
    }

    private static boolean await(Process process, long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Api api() {
        return new Api(RestTestClient.bindToServer().baseUrl(url).build());
    }

    public String url() {
        return url;
    }

    public long pid() {
        return process.pid();
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        await(process, 30_000);
    }

    @Override
    public void close() {
        process.destroy();
        if (!await(process, 60_000)) {
            kill();
        }
    }
}
