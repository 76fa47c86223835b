package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** What Tomcat refuses before any servlet sees it: malformed paths, unknown methods. Otherwise an HTML page. */
public class ProblemErrorValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ProblemErrorValve.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String path = Objects.requireNonNullElse(request.getRequestURI(), "");
        Problem problem = ProblemErrorController.ContainerProblems.of(status, path);
        try {
            response.setStatus(problem.type().status());
            response.setContentType("application/problem+json");
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            response.getReporter().write(JSON.writeValueAsString(ProblemJson.body(problem, path)));
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            log.debug("cannot report {} for {}", status, path, e);
        }
    }
}
