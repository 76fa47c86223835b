package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import dev.xenolith.control.Problems;
import dev.xenolith.engine.EngineException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Everything that goes wrong while a request is handled, as a problem. */
@RestControllerAdvice
class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler({ProblemException.class, EngineException.class})
    ResponseEntity<Object> known(RuntimeException thrown, HttpServletRequest request) {
        return ProblemJson.response(Problems.of(thrown), request);
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<Object> noRoute(HttpServletRequest request) {
        String detail = "there is nothing at " + request.getRequestURI() + "; /v3/api-docs lists what there is";
        return answer(ProblemType.NOT_FOUND, detail, Map.of("path", request.getRequestURI()), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> method(HttpRequestMethodNotSupportedException thrown, HttpServletRequest request) {
        Set<String> allowed = new TreeSet<>();
        if (thrown.getSupportedMethods() != null) {
            allowed.addAll(List.of(thrown.getSupportedMethods()));
        }
        Problem problem = new Problem(
                ProblemType.METHOD_NOT_ALLOWED,
                "expected " + String.join(" or ", allowed) + ", got " + thrown.getMethod(),
                Map.of("allowed", List.copyOf(allowed)));
        return withHeader(problem, HttpHeaders.ALLOW, String.join(", ", allowed), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> mediaType(HttpMediaTypeNotSupportedException thrown, HttpServletRequest request) {
        List<String> supported = thrown.getSupportedMediaTypes().stream()
                .filter(type -> type.isConcrete() && !type.getSubtype().startsWith("x-"))
                .map(MediaType::toString)
                .distinct()
                .toList();
        return ProblemJson.response(CurlHint.unsupported(request, request.getContentType(), supported), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> notAcceptable(HttpMediaTypeNotAcceptableException thrown, HttpServletRequest request) {
        List<String> offered = thrown.getSupportedMediaTypes().stream()
                .map(MediaType::toString)
                .toList();
        return answer(
                ProblemType.NOT_ACCEPTABLE,
                "offered are " + String.join(", ", offered) + ", accepted is " + request.getHeader(HttpHeaders.ACCEPT),
                Map.of("offered", offered),
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> unreadable(HttpMessageNotReadableException thrown, HttpServletRequest request) {
        return ProblemJson.response(UnreadableBody.explain(thrown), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> missing(MissingServletRequestParameterException thrown, HttpServletRequest request) {
        Problem problem = ProblemException.parameter(thrown.getParameterName(), "expected a value, got none")
                .problem();
        return ProblemJson.response(problem, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> mismatch(MethodArgumentTypeMismatchException thrown, HttpServletRequest request) {
        Class<?> wanted = thrown.getRequiredType();
        Problem problem = ProblemException.parameter(
                        thrown.getName(),
                        "expected " + (wanted == null ? "another type" : CurlHint.typeName(wanted)) + ", got "
                                + thrown.getValue())
                .problem();
        return ProblemJson.response(problem, request);
    }

    /** A client that hung up, or a body that broke off: nobody is left to answer. */
    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> broken(IOException thrown, HttpServletRequest request, HttpServletResponse response) {
        if (response.isCommitted()) {
            return null;
        }
        if (BodyLimit.isExceeded(thrown)) {
            return ProblemJson.response(Problems.of(BodyLimit.problem(thrown)), request);
        }
        return answer(ProblemType.INVALID_REQUEST, "the body broke off: " + thrown.getMessage(), Map.of(), request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> other(Exception thrown, HttpServletRequest request, HttpServletResponse response) {
        if (response.isCommitted()) {
            log.debug("cannot go on with {}", request.getRequestURI(), thrown);
            return null;
        }
        if (thrown instanceof ErrorResponse error && error.getStatusCode().is4xxClientError()) {
            return answer(
                    ProblemType.INVALID_REQUEST, String.valueOf(error.getBody().getDetail()), Map.of(), request);
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), thrown);
        return ProblemJson.response(Problems.of(thrown), request);
    }

    private static ResponseEntity<Object> answer(
            ProblemType type, String detail, Map<String, Object> members, HttpServletRequest request) {
        return ProblemJson.response(new Problem(type, detail, members), request);
    }

    private static ResponseEntity<Object> withHeader(
            Problem problem, String header, String value, HttpServletRequest request) {
        return ResponseEntity.status(problem.type().status())
                .header(header, value)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemJson.body(problem, request.getRequestURI()));
    }
}
