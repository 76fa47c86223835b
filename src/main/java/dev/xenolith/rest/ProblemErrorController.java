package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the servlet container reports instead of a controller. */
@Hidden
@RestController
class ProblemErrorController implements ErrorController {

    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<Object> error(HttpServletRequest request) {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object path = Objects.requireNonNullElse(
                request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI), request.getRequestURI());
        Problem problem = ContainerProblems.of(status instanceof Integer code ? code : 404, path.toString());
        return ResponseEntity.status(problem.type().status())
                .header("Content-Type", "application/problem+json")
                .body(ProblemJson.body(problem, path.toString()));
    }

    /** A status that the container chose, as a problem. */
    static final class ContainerProblems {

        private ContainerProblems() {}

        static Problem of(int status, String path) {
            ProblemType type = switch (status) {
                case 401 -> ProblemType.UNAUTHENTICATED;
                case 403 -> ProblemType.FORBIDDEN;
                case 404 -> ProblemType.NOT_FOUND;
                case 405, 501 -> ProblemType.METHOD_NOT_ALLOWED;
                case 406 -> ProblemType.NOT_ACCEPTABLE;
                case 413 -> ProblemType.PAYLOAD_TOO_LARGE;
                case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
                default -> status < 500 ? ProblemType.INVALID_REQUEST : ProblemType.INTERNAL;
            };
            return new Problem(type, type.title(), Map.of("path", path));
        }
    }
}
