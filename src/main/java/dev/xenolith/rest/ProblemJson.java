package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/** A problem as RFC 9457 has it: type, title, status, detail, instance, and the members of its type. */
final class ProblemJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ProblemJson() {}

    static Map<String, Object> body(Problem problem, @Nullable String instance) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", problem.type().uri());
        body.put("title", problem.type().title());
        body.put("status", problem.type().status());
        body.put("detail", problem.detail());
        if (instance != null) {
            body.put("instance", instance);
        }
        body.putAll(new TreeMap<>(problem.members()));
        return body;
    }

    static ResponseEntity<Object> response(Problem problem, HttpServletRequest request) {
        return ResponseEntity.status(problem.type().status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(body(problem, request.getRequestURI()));
    }

    /** For answers that are given outside of Spring MVC. */
    static void write(Problem problem, @Nullable String instance, HttpServletResponse response) throws IOException {
        byte[] bytes = JSON.writeValueAsString(body(problem, instance)).getBytes(StandardCharsets.UTF_8);
        response.setStatus(problem.type().status());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
        response.getOutputStream().flush();
    }
}
