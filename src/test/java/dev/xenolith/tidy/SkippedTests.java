package dev.xenolith.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes down every test that was skipped for want of a tool or a guest, one a line, in {@code
 * target/skipped-tests.txt}; the build prints that file when it closes, and {@code .ci/run} fails on a line in it.
 */
public final class SkippedTests implements TestExecutionListener {

    private static final Path REPORT = Path.of("target/skipped-tests.txt");

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        add(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            add(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        }
    }

    private static synchronized void add(TestIdentifier test, String reason) {
        String line = test.getLegacyReportingName() + " [" + test.getDisplayName() + "]: "
                + String.valueOf(reason)
                        .replace("Assumption failed: ", "")
                        .lines()
                        .findFirst()
                        .orElse("") + "\n";
        try {
            Files.writeString(REPORT, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
