package dev.xenolith.rest;

import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import dev.xenolith.control.XenolithProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** No body but an upload may be large: at most so many bytes are read of any other. */
@Component
@Order(2)
class BodyLimit extends OncePerRequestFilter {

    private static final Set<String> UPLOADS = Set.of("/v1/boot-images", "/v1/checkpoints");

    private final long maximumBytes;

    BodyLimit(XenolithProperties properties) {
        this.maximumBytes =
                Math.max(properties.limits().jsonBodyKib(), properties.limits().consoleInputKib()) * 1024L;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return UPLOADS.contains(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() > maximumBytes) {
            ProblemJson.write(
                    tooLarge(maximumBytes, request.getContentLengthLong()).problem(),
                    request.getRequestURI(),
                    response);
            return;
        }
        chain.doFilter(new Limited(request, maximumBytes), response);
    }

    static ProblemException tooLarge(long maximumBytes, long bytes) {
        return new ProblemException(
                ProblemType.PAYLOAD_TOO_LARGE,
                "body: at most " + maximumBytes + " bytes, got " + bytes,
                Map.of("maximumBytes", maximumBytes));
    }

    static boolean isExceeded(Throwable thrown) {
        return find(thrown) != null;
    }

    static ProblemException problem(Throwable thrown) {
        Exceeded exceeded = find(thrown);
        long maximum = exceeded == null ? 0 : exceeded.maximumBytes;
        return tooLarge(maximum, maximum + 1);
    }

    private static @Nullable Exceeded find(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Exceeded exceeded) {
                return exceeded;
            }
        }
        return null;
    }

    private static final class Exceeded extends IOException {

        private static final long serialVersionUID = 1L;
        private final long maximumBytes;

        Exceeded(long maximumBytes) {
            super("body longer than " + maximumBytes + " bytes");
            this.maximumBytes = maximumBytes;
        }
    }

    private static final class Limited extends HttpServletRequestWrapper {

        private final long maximumBytes;

        Limited(HttpServletRequest request, long maximumBytes) {
            super(request);
            this.maximumBytes = maximumBytes;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new Counted(super.getInputStream(), maximumBytes);
        }

        @Override
        public BufferedReader getReader() throws IOException {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }

    private static final class Counted extends ServletInputStream {

        private final ServletInputStream body;
        private final long maximumBytes;
        private long read;

        Counted(ServletInputStream body, long maximumBytes) {
            this.body = body;
            this.maximumBytes = maximumBytes;
        }

        @Override
        public int read() throws IOException {
            int next = body.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = body.read(bytes, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) throws IOException {
            read += bytes;
            if (read > maximumBytes) {
                throw new Exceeded(maximumBytes);
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
