package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images from elsewhere: our own from another server, and those that real Xen wrote. */
class CheckpointImportIT {

    private static final Path REFERENCE =
            Path.of(Optional.ofNullable(System.getenv("XENOLITH_REFERENCE")).orElse("../shared/reference"));
    private static final int XL_HEADER_BYTES = 48;
    private static final int LIBXL_HEADER_BYTES = 16 + 8;

    @TempDir
    static Path folder;

    private static RunningServer server;
    private static byte[] ours;

    @BeforeAll
    static void saveADomainOnAnotherServer() throws IOException, InterruptedException {
        try (RunningServer other = real("other")) {
            Api api = other.api();
            api.post("/v1/domains", Map.of("name", "web", "commandLine", "tick"))
                    .expect(201);
            api.waiting(30).get("/v1/domains/web/console?until=pebble%3E").expect(200);
            api.waiting(30)
                    .post("/v1/domains/web/checkpoints", Map.of("name", "saved"))
                    .expect(201);
            HttpRequest download = HttpRequest.newBuilder(URI.create(other.url() + "/v1/checkpoints/saved/image"))
                    .build();
            ours = HttpClient.newHttpClient()
                    .send(download, HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        }
        server = real("here");
    }

    private static RunningServer real(String data) {
        return RunningServer.withRealEngine(
                folder.resolve(data), "--xenolith.host.memory-mib=160", "--xenolith.limits.checkpoint-mib=112");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void anImageOfAnotherServerGoesOnHere() throws IOException, InterruptedException {
        JsonNode imported = upload("ours", ours, 201);

        assertThat(imported.at("/kind").asString()).isEqualTo("imported");
        assertThat(imported.at("/mode").asString()).isEqualTo("transparent");
        assertThat(imported.at("/format").asString()).isEqualTo("xenolith");
        assertThat(imported.at("/domain/name").asString()).isEqualTo("web");
        assertThat(imported.at("/domain/memoryMib").intValue()).isEqualTo(16);
        assertThat(imported.at("/domain/commandLine").asString()).isEqualTo("tick");
        assertThat(imported.at("/sizeBytes").longValue()).isEqualTo(ours.length);
        assertThat(imported.at("/timings").isNull()).isTrue();
        assertThat(imported.at("/pages/l4").longValue()).isPositive();
        assertThat(api().waiting(30)
                        .post("/v1/checkpoints/ours/verify")
                        .json("/ok")
                        .booleanValue())
                .isTrue();
        Api.Answer restored =
                api().waiting(30).post("/v1/checkpoints/ours/restore").expect(201);
        assertThat(restored.text("/name")).isEqualTo("web");
        assertThat(restored.text("/kernel")).isEqualTo("pebble");
        api().post("/v1/domains/web/console", Map.of("line", "calc 6*7")).expect(204);
        assertThat(api().waiting(30).get("/v1/domains/web/console?until=42").header("Console-Matched"))
                .isEqualTo("true");
        api().delete("/v1/domains/web?force=true").expect(204);
    }

    @Test
    void aKernelThatIsNotHereIsNull() throws IOException, InterruptedException {
        byte[] foreign = ours.clone();
        String digest = "\"kernelSha256\" : \"";
        int at = new String(foreign, 0, 4096, StandardCharsets.ISO_8859_1).indexOf(digest) + digest.length();
        assertThat(at).isGreaterThan(digest.length());
        foreign[at] = foreign[at] == '0' ? (byte) '1' : (byte) '0';
        upload("unknown-kernel", foreign, 201);

        Api.Answer restored = api().waiting(30)
                .post("/v1/checkpoints/unknown-kernel/restore", Map.of("name", "no-kernel"))
                .expect(201);

        assertThat(restored.json("/kernel").isNull()).isTrue();
        api().post("/v1/domains/no-kernel/destroy").expect(200);
        api().post("/v1/domains/no-kernel/start").expectProblem(409, "no-kernel");
        api().delete("/v1/domains/no-kernel").expect(204);
    }

    @Test
    void aBrokenImageIsRefusedAndLeavesNothingBehind() throws IOException, InterruptedException {
        long files = files();
        byte[] flipped = ours.clone();
        flipped[flipped.length / 2] ^= 8;

        JsonNode cut = upload("broken", Arrays.copyOf(ours, ours.length - 9), 422);
        JsonNode changed = upload("broken", flipped, 422);
        JsonNode rubbish = upload("broken", "rubbish, rubbish".getBytes(StandardCharsets.US_ASCII), 422);

        for (JsonNode problem : new JsonNode[] {cut, changed, rubbish}) {
            assertThat(problem.at("/type").asString()).isEqualTo("urn:xenolith:problem:image-corrupt");
            assertThat(problem.at("/record").asString()).isNotEmpty();
            assertThat(problem.at("/offset").isIntegralNumber()).isTrue();
            assertThat(problem.at("/expected").asString()).isNotEmpty();
            assertThat(problem.at("/got").asString()).isNotEmpty();
        }
        assertThat(cut.at("/got").asString()).contains("the end of the image");
        assertThat(changed.at("/expected").asString()).contains("CRC32C");
        assertThat(files()).isEqualTo(files);
        api().get("/v1/checkpoints/broken").expectProblem(404, "not-found");
    }

    @Test
    void badNamesEmptyAndHugeBodiesAreRefused() throws IOException, InterruptedException {
        assertThat(upload("Upper", ours, 400).at("/errors/0/parameter").asString())
                .isEqualTo("name");
        upload("empty", new byte[0], 400);
        JsonNode huge = upload("huge", new byte[(112 << 20) + 1], 413);
        assertThat(huge.at("/limit").asString()).isEqualTo("checkpoint-mib");
        upload("twice", ours, 201);
        assertThat(upload("twice", ours, 409).at("/type").asString()).isEqualTo("urn:xenolith:problem:name-taken");
        HttpRequest form = HttpRequest.newBuilder(URI.create(server.url() + "/v1/checkpoints?name=form"))
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofString("--x--"))
                .build();
        HttpResponse<String> refused = HttpClient.newHttpClient().send(form, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(refused.body()).contains("curl -fsS -X POST -T FILE");
    }

    @ParameterizedTest
    @CsvSource({"tick4, 4, tick4", "tick4-c, 4, tick4", "pv96-v1, 96, pv96"})
    void whatXlWroteIsDescribedAsXlWouldDescribeIt(String image, int memoryMib, String domain)
            throws IOException, InterruptedException {
        JsonNode imported = upload(image, reference(image), 201);

        assertThat(imported.at("/format").asString()).isEqualTo("xen");
        assertThat(imported.at("/mode").asString()).isEqualTo("cooperative");
        assertThat(imported.at("/container").asString()).isEqualTo("xl");
        assertThat(imported.at("/xlRestorable/value").booleanValue()).isTrue();
        assertThat(imported.at("/domain/name").asString()).isEqualTo(domain);
        assertThat(imported.at("/domain/memoryMib").intValue()).isEqualTo(memoryMib);
        assertThat(imported.at("/domain/vcpus").intValue()).isEqualTo(1);
        assertThat(imported.at("/domain/id").asString()).hasSize(36);
        assertThat(imported.at("/guest/savedBy").asString()).startsWith("Xen 4.17");
    }

    @Test
    void bareStreamsAreTakenToo() throws IOException, InterruptedException {
        byte[] whole = reference("tick4");
        int libxl = XL_HEADER_BYTES + whole[44] + (whole[45] << 8);
        byte[] bareLibxl = Arrays.copyOfRange(whole, libxl, whole.length);
        byte[] bareLibxc = Arrays.copyOfRange(bareLibxl, LIBXL_HEADER_BYTES, bareLibxl.length);

        JsonNode fromLibxl = upload("bare-libxl", bareLibxl, 201);
        JsonNode fromLibxc = upload("bare-libxc", bareLibxc, 201);

        assertThat(fromLibxl.at("/container").asString()).isEqualTo("libxl");
        assertThat(fromLibxc.at("/container").asString()).isEqualTo("libxc");
        for (JsonNode bare : new JsonNode[] {fromLibxl, fromLibxc}) {
            assertThat(bare.at("/domain/name").isNull()).isTrue();
            assertThat(bare.at("/domain/memoryMib").intValue()).isEqualTo(4);
            assertThat(bare.at("/xlRestorable/value").booleanValue()).isFalse();
        }
    }

    @Test
    void aGuestOfRealXenGoesOnHere() throws IOException, InterruptedException {
        upload("from-xen", reference("tick4"), 201);

        Api.Answer restored = api().waiting(30)
                .post("/v1/checkpoints/from-xen/restore", Map.of("name", "from-xen"))
                .expect(201);

        assertThat(restored.json("/kernel").isNull()).isTrue();
        assertThat(restored.json("/memoryMib").intValue()).isEqualTo(4);
        Api.Answer console = api().waiting(30).get("/v1/domains/from-xen/console?until=resumes=1");
        assertThat(console.header("Console-Matched")).as(console.body()).isEqualTo("true");
        assertThat(console.body()).contains("mem=GOOD");
        api().delete("/v1/domains/from-xen?force=true").expect(204);
    }

    /** Another host may have the CPU that it needs. */
    @Test
    void anImageThatNeedsABetterCpuIsKeptAndSaysSo() throws IOException, InterruptedException {
        upload("better-cpu", reference("pv96"), 201);

        JsonNode verified = api().waiting(30)
                .post("/v1/checkpoints/better-cpu/verify", Map.of())
                .expect(200)
                .json("");
        assertThat(verified.at("/ok").booleanValue()).isFalse();
        assertThat(verified.at("/findings/0/kind").asString()).isEqualTo("incompatible");
        assertThat(verified.at("/findings/0/record").asString()).isEqualTo("X86_CPUID_POLICY");
        assertThat(verified.at("/findings/0/got").asString()).contains("AVX2");
        assertThat(api().get("/v1/checkpoints/better-cpu")
                        .expect(200)
                        .json("/state")
                        .asString())
                .isEqualTo("available");
        Api.Answer refused = api().waiting(30).post("/v1/checkpoints/better-cpu/restore", Map.of("name", "better-cpu"));
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("image-incompatible");
    }

    @Test
    void aFileThatChangesAfterItsImportIsFoundOut() throws IOException, InterruptedException {
        String id = upload("changed", reference("tick4"), 201).at("/id").asString();
        Path image = folder.resolve("here").resolve("checkpoints").resolve(id + ".image");
        byte[] bytes = Files.readAllBytes(image);
        // A register of the saved vcpu: any value would do, but it is not the one that came.
        bytes[bytes.length - 2000] ^= 1;
        Files.write(image, bytes);

        Api.Answer refused = api().waiting(30).post("/v1/checkpoints/changed/restore", Map.of("name", "changed"));

        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("image-corrupt").contains("the file was changed");
        api().get("/v1/domains/changed").expect(404);
    }

    private static byte[] reference(String name) throws IOException {
        Path compressed = REFERENCE.resolve(name + ".xlsave.zst");
        assumeTrue(Files.isReadable(compressed), () -> "no reference image " + compressed);
        byte[] input = Files.readAllBytes(compressed);
        ZstdJavaDecompressor decompressor = new ZstdJavaDecompressor();
        byte[] output = new byte[(int) decompressor.getDecompressedSize(input, 0, input.length)];
        decompressor.decompress(input, 0, input.length, output, 0, output.length);
        return output;
    }

    private static JsonNode upload(String name, byte[] body, int status) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/checkpoints?name=" + name))
                .header("Content-Type", "application/x-whatever")
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JsonMapper.builder().build().readTree(answer.body());
    }

    private static long files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("here").resolve("checkpoints"))) {
            return files.count();
        }
    }

    private static Api api() {
        return server.api();
    }
}
