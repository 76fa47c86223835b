package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootImagesIT extends ServerTestBase {

    private static final byte[] KERNEL = "\u007fELF a kernel".getBytes(StandardCharsets.ISO_8859_1);

    @Test
    void pebbleIsAlwaysThereAndStays() {
        Api.Answer pebble = api().get("/v1/boot-images/pebble").expect(200);
        assertThat(pebble.json("/builtin").booleanValue()).isTrue();
        assertThat(pebble.text("/format")).isEqualTo("elf");

        api().delete("/v1/boot-images/pebble").expectProblem(409, "in-use");
    }

    @Test
    void uploadsAndBootsAKernel() {
        String name = freshName() + ".6.1";
        Api.Answer uploaded =
                api().upload("/v1/boot-images?name=" + name, KERNEL).expect(201);
        assertThat(uploaded.text("/name")).isEqualTo(name);
        assertThat(uploaded.json("/sizeBytes").intValue()).isEqualTo(KERNEL.length);
        assertThat(uploaded.text("/sha256")).hasSize(64);
        assertThat(uploaded.header("Location")).isEqualTo("/v1/boot-images/" + uploaded.text("/id"));

        String domain = freshName();
        api().post("/v1/domains", Map.of("name", domain, "kernel", uploaded.text("/id"), "ramdisk", name))
                .expect(201);

        assertThat(api().get("/v1/domains/" + domain).text("/ramdisk")).isEqualTo(name);
        Api.Answer refused = api().delete("/v1/boot-images/" + name);
        refused.expectProblem(409, "in-use");
        assertThat(refused.text("/by/0")).isEqualTo(domain);
        api().delete("/v1/domains/" + domain + "?force=true").expect(204);
        api().delete("/v1/boot-images/" + name).expect(204);
        api().get("/v1/boot-images/" + name).expectProblem(404, "not-found");
    }

    @Test
    void theSameBytesAgainChangeNothingAndOthersAreRefused() {
        String name = freshName();
        Api.Answer first = api().upload("/v1/boot-images?name=" + name, KERNEL).expect(201);

        Api.Answer again = api().upload("/v1/boot-images?name=" + name, KERNEL).expect(200);

        assertThat(again.body()).isEqualTo(first.body());
        api().upload("/v1/boot-images?name=" + name, new byte[] {1, 2, 3}).expectProblem(409, "name-taken");
    }

    @Test
    void takesWhatCurlCallsAForm() {
        String name = freshName();

        Api.Answer uploaded =
                api().postRaw("/v1/boot-images?name=" + name, "application/x-www-form-urlencoded", "a=b&name=other");

        assertThat(uploaded.expect(201).json("/sizeBytes").intValue()).isEqualTo("a=b&name=other".length());
    }

    @Test
    void refusesAMultipartFormWithTheRightCurlLine() {
        Api.Answer answer = api().postRaw("/v1/boot-images?name=x", "multipart/form-data; boundary=x", "--x--");

        answer.expectProblem(415, "unsupported-media-type");
        assertThat(answer.text("/example")).contains("-T FILE");
    }

    @Test
    void refusesMoreBytesThanTheLimit() {
        api().upload("/v1/boot-images?name=" + freshName(), new byte[(2 << 20) + 1])
                .expectProblem(413, "payload-too-large");
        String name = freshName();
        api().upload("/v1/boot-images?name=" + name, new byte[2 << 20]).expect(201);
        api().delete("/v1/boot-images/" + name).expect(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?name=", "?name=a%2Fb", "?name=..", "?name=abcdef01-0123-4123-8123-0123456789ab"})
    void refusesABadName(String query) {
        api().upload("/v1/boot-images" + query, KERNEL).expectProblem(400, "invalid-request");
    }

    @Test
    void refusesAnEmptyBody() {
        api().upload("/v1/boot-images?name=" + freshName(), new byte[0]).expectProblem(400, "invalid-request");
    }
}
