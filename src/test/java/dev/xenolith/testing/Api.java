package dev.xenolith.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of the API that says little and fails loudly. */
public final class Api {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RestTestClient client;
    private @Nullable String prefer;
    private @Nullable String range;
    private @Nullable String token;
    private @Nullable String accept;

    public Api(RestTestClient client) {
        this.client = client;
    }

    /** Waits so many seconds for operations to end. */
    public Api waiting(int seconds) {
        prefer = "wait=" + seconds;
        return this;
    }

    /** Asks for a part. */
    public Api range(String header) {
        range = header;
        return this;
    }

    public Api bearer(String secret) {
        token = secret;
        return this;
    }

    public Api accepting(String mediaType) {
        accept = mediaType;
        return this;
    }

    public Answer get(String path) {
        return call(HttpMethod.GET, path, null, null);
    }

    public Answer delete(String path) {
        return call(HttpMethod.DELETE, path, null, null);
    }

    public Answer post(String path) {
        return call(HttpMethod.POST, path, null, null);
    }

    public Answer post(String path, Object body) {
        return call(
                HttpMethod.POST,
                path,
                "application/json",
                JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
    }

    public Answer postRaw(String path, @Nullable String mediaType, String body) {
        return call(HttpMethod.POST, path, mediaType, body.getBytes(StandardCharsets.UTF_8));
    }

    public Answer patch(String path, String body) {
        return call(HttpMethod.PATCH, path, "application/merge-patch+json", body.getBytes(StandardCharsets.UTF_8));
    }

    public Answer upload(String path, byte[] body) {
        return call(HttpMethod.POST, path, "application/octet-stream", body);
    }

    public Answer call(HttpMethod method, String path, @Nullable String mediaType, byte @Nullable [] body) {
        RestTestClient.RequestBodySpec request = client.method(method).uri(URI.create(path));
        if (prefer != null) {
            request.header("Prefer", prefer);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (accept != null) {
            request.accept(MediaType.parseMediaType(accept));
        }
        if (range != null) {
            request.header("Range", range);
        }
        if (mediaType != null) {
            request.contentType(MediaType.parseMediaType(mediaType));
        }
        if (body != null) {
            request.body(body);
        }
        return new Answer(request.exchange().expectBody().returnResult());
    }

    /** What came back. */
    public static final class Answer {

        private final EntityExchangeResult<byte[]> result;

        Answer(EntityExchangeResult<byte[]> result) {
            this.result = result;
        }

        public int status() {
            return result.getStatus().value();
        }

        public Answer expect(int status) {
            assertThat(status()).as(body()).isEqualTo(status);
            return this;
        }

        /** A problem of this type, well formed. */
        public Answer expectProblem(int status, String type) {
            expect(status);
            assertThat(header("Content-Type")).startsWith("application/problem+json");
            assertThat(text("/type")).as(body()).isEqualTo("urn:xenolith:problem:" + type);
            assertThat(json("/status").intValue()).isEqualTo(status);
            assertThat(text("/title")).isNotBlank();
            assertThat(text("/detail")).isNotBlank();
            return this;
        }

        public byte[] bytes() {
            byte[] bytes = result.getResponseBody();
            return bytes == null ? new byte[0] : bytes;
        }

        public String body() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        public JsonNode json(String pointer) {
            return JSON.readTree(body()).at(pointer);
        }

        public String text(String pointer) {
            return json(pointer).asString();
        }

        public String header(String name) {
            return Objects.requireNonNullElse(result.getResponseHeaders().getFirst(name), "");
        }
    }
}
