package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;

/** Whatever is wrong with a request, the answer is a problem with a type that programs can rely on. */
class ErrorsIT extends ServerTestBase {

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/nothing, 404, not-found",
        "POST, /v1/nothing, 404, not-found",
        "DELETE, /nothing, 404, not-found",
        "GET, /v1/domains/nobody, 404, not-found",
        "GET, /v1/checkpoints/nobody, 404, not-found",
        "GET, /v1/operations/nobody, 404, not-found",
        "GET, /v1/boot-images/nobody, 404, not-found",
        "GET, /v1/host/frames/999999999, 404, not-found",
        "GET, /v1/host/frames/x, 400, invalid-request",
        "PUT, /v1/domains, 405, method-not-allowed",
        "POST, /v1/host, 405, method-not-allowed",
        "DELETE, /v1/domains, 405, method-not-allowed",
        "GET, /v1/domains/nobody/start, 405, method-not-allowed",
        "POST, /v1/domains/nobody/suspend, 404, not-found",
        "POST, /v1/domains/nobody/resume, 404, not-found",
        "PUT, /v1/checkpoints, 405, method-not-allowed",
        "POST, /v1/page-retirements, 415, unsupported-media-type",
        "GET, /v1/nothing-of-this-name, 404, not-found",
    })
    void answersWithAProblem(String method, String path, int status, String type) {
        api().call(HttpMethod.valueOf(method), path, null, null).expectProblem(status, type);
    }

    @Test
    void saysWhichMethodsThereAre() {
        Api.Answer answer = api().call(HttpMethod.PUT, "/v1/domains", null, null);

        assertThat(answer.header("Allow")).isEqualTo("GET, POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "application/xml", "text/plain", "application/yaml"})
    void refusesABodyThatIsNoJson(String mediaType) {
        Api.Answer answer = api().postRaw("/v1/domains", mediaType, "name=x");

        answer.expectProblem(415, "unsupported-media-type");
        assertThat(answer.text("/detail")).contains("curl").contains("application/json");
    }

    @Test
    void aBodyThatIsEmptyMayHaveAnyType() {
        String name = domainIn("running");

        api().postRaw("/v1/domains/" + name + "/pause", "application/x-www-form-urlencoded", "")
                .expect(200);
        api().waiting(10)
                .postRaw("/v1/domains/" + name + "/checkpoints", "application/x-www-form-urlencoded", "")
                .expect(201);
    }

    @Test
    void showsTheCurlLineForTheConsole() {
        String name = domainIn("running");

        Api.Answer answer =
                api().postRaw("/v1/domains/" + name + "/console", "application/x-www-form-urlencoded", "ls");

        answer.expectProblem(415, "unsupported-media-type");
        assertThat(answer.text("/example")).startsWith("curl ").contains("{\"line\"");
    }

    @Test
    void refusesAHugeBody() {
        String body = "{\"commandLine\": \"" + "x".repeat(70_000) + "\"}";

        api().postRaw("/v1/domains", "application/json", body).expectProblem(413, "payload-too-large");
    }

    @Test
    void refusesAHugeBodyOfUnknownLength() throws IOException {
        String chunk = "x".repeat(10_000);
        StringBuilder request = new StringBuilder("""
                POST /v1/domains HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Transfer-Encoding: chunked
                Connection: close

                """.replace("\n", "\r\n"));
        request.append("1\r\n\"\r\n");
        for (int i = 0; i < 10; i++) {
            request.append("2710\r\n").append(chunk).append("\r\n");
        }
        request.append("0\r\n\r\n");

        String answer = raw(request.toString());

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("urn:xenolith:problem:payload-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /v1/domains/a%2fb HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /v1/domains/..%5c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "FROB /v1/domains HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "TRACE /v1/domains HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "POST /v1/domains HTTP/1.1\r\nHost: localhost\r\nContent-Type: nonsense\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                "GET /v1/domains HTTP/1.1\r\nHost: localhost\r\nAccept: nonsense\r\nConnection: close\r\n\r\n",
                "GET /v1/domains HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\nConnection: close\r\n\r\n",
            })
    void answersOddRequestsWithAProblemToo(String request) throws IOException {
        String answer = raw(request);

        assertThat(answer).containsPattern("^HTTP/1.1 4\\d\\d ").contains("urn:xenolith:problem:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Host: evil.example                                     | 403
                    Host: 127.0.0.1.evil.example                           | 403
                    Host: localhost.evil.example:8080                      | 403
                    Host: localhost~Origin: http://evil.example            | 403
                    Host: localhost~Origin: null                           | 403
                    Host: localhost:1~Origin: http://localhost:2           | 403
                    Host: localhost:1~Origin: http://localhost:1           | 200
                    Host: 127.0.0.1                                        | 200
                    Host: [::1]:8080                                       | 200
                    Host: LOCALHOST                                        | 200
                    """)
    void keepsForeignWebPagesOut(String headers, int status) throws IOException {
        String answer =
                raw("GET /v1/domains HTTP/1.1\r\n" + headers.replace("~", "\r\n") + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        if (status == 403) {
            assertThat(answer).contains("urn:xenolith:problem:forbidden");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=x", "wait=-1", "wait=", "wait", "wait=1.5"})
    void refusesABadPreference(String prefer) throws IOException {
        String answer =
                raw("GET /v1/operations/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: localhost\r\nPrefer: "
                        + prefer + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Prefer");
    }

    @Test
    void actionsTakeAnEmptyObjectButNoUnknownField() {
        String name = domainIn("running");

        api().post("/v1/domains/" + name + "/pause", Map.of("hard", true)).expectProblem(400, "invalid-request");
        api().post("/v1/domains/" + name + "/pause", Map.of()).expect(200);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
