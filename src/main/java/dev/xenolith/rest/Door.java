package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemType;
import dev.xenolith.control.XenolithProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Who may ask.
 *
 * <p>With a token, whoever sends it; the documentation pages need none, since they hold no secrets and a browser cannot
 * send it while it loads them. Without a token the server listens on loopback only ({@link BindRule}), and anybody on
 * this machine may ask, but not a web page that the person at the browser happens to visit: such a request carries the
 * page's Origin, or, after DNS was turned against it, a Host that is not a loopback name.
 */
@Component
@Order(1)
class Door extends OncePerRequestFilter {

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]", Pattern.CASE_INSENSITIVE);
    private static final String BEARER = "Bearer ";

    private final @Nullable String token;

    Door(XenolithProperties properties) {
        String configured = properties.token();
        this.token = configured == null || configured.isBlank() ? null : configured;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Problem refusal = token == null ? checkPlace(request) : checkToken(request, token);
        if (refusal == null) {
            chain.doFilter(request, response);
            return;
        }
        if (refusal.type() == ProblemType.UNAUTHENTICATED) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"xenolith\"");
        }
        ProblemJson.write(refusal, request.getRequestURI(), response);
    }

    private static @Nullable Problem checkToken(HttpServletRequest request, String token) {
        if (!request.getRequestURI().startsWith("/v1")) {
            return null;
        }
        String sent = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (sent != null && sent.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            byte[] got = sent.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8);
            if (MessageDigest.isEqual(got, token.getBytes(StandardCharsets.UTF_8))) {
                return null;
            }
        }
        return new Problem(
                ProblemType.UNAUTHENTICATED,
                "expected the header Authorization: Bearer TOKEN with the server's XENOLITH_TOKEN, got "
                        + (sent == null ? "none" : "another one"),
                Map.of());
    }

    private static @Nullable Problem checkPlace(HttpServletRequest request) {
        String host = Objects.requireNonNullElse(request.getHeader(HttpHeaders.HOST), "");
        if (!LOOPBACK.matcher(withoutPort(host)).matches()) {
            return new Problem(
                    ProblemType.FORBIDDEN, "Host: expected a loopback name like localhost, got " + host, Map.of());
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !isOwn(origin, host)) {
            return new Problem(ProblemType.FORBIDDEN, "Origin: expected http://" + host + ", got " + origin, Map.of());
        }
        return null;
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private static boolean isOwn(String origin, String host) {
        try {
            URI uri = URI.create(origin);
            return host.equalsIgnoreCase(uri.getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
