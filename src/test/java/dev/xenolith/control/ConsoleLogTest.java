package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {

    private final ConsoleLog log = new ConsoleLog(0, new byte[0]);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void print(String text) {
        log.write(bytes(text), 0, bytes(text).length);
    }

    private static String text(ConsoleLog.Excerpt excerpt) {
        return new String(excerpt.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void keepsTheLastMebibyteAndCountsOn() {
        Random random = new Random(1);
        byte[] all = new byte[3 * ConsoleLog.CAPACITY + 12345];
        random.nextBytes(all);
        int at = 0;
        while (at < all.length) {
            int length = Math.min(all.length - at, 1 + random.nextInt(random.nextInt(50) == 0 ? 2_000_000 : 5000));
            log.write(all, at, length);
            at += length;
        }

        ConsoleLog.Excerpt excerpt = log.read(0);

        assertThat(excerpt.first()).isEqualTo(all.length - ConsoleLog.CAPACITY);
        assertThat(excerpt.from()).isEqualTo(excerpt.first());
        assertThat(excerpt.next()).isEqualTo(all.length);
        assertThat(excerpt.bytes()).isEqualTo(Arrays.copyOfRange(all, all.length - ConsoleLog.CAPACITY, all.length));
        assertThat(log.read(all.length - 5).bytes()).hasSize(5);
        assertThat(log.read(Long.MAX_VALUE).bytes()).isEmpty();
    }

    @Test
    void cutsAtTheEndOfTheTextWaitedFor() throws InterruptedException {
        print("one two three");

        ConsoleLog.Excerpt found = log.readUntil(0, bytes("two"), 0);

        assertThat(found.matched()).isTrue();
        assertThat(text(found)).isEqualTo("one two");
        assertThat(log.readUntil(found.next(), bytes("two"), 0).matched()).isFalse();
        assertThat(text(log.readUntil(found.next(), bytes("e"), 0))).isEqualTo(" thre");
    }

    @Test
    void findsATextThatComesInPieces() throws InterruptedException {
        print("lo");
        Thread printer = Thread.ofVirtual().start(() -> {
            print("g");
            print("in:");
        });

        ConsoleLog.Excerpt found = log.readUntil(0, bytes("login:"), TimeUnit.SECONDS.toNanos(10));

        assertThat(found.matched()).isTrue();
        printer.join();
    }

    @Test
    void aClosedLogEndsEveryWait() throws InterruptedException {
        Thread closer = Thread.ofVirtual().start(log::close);

        assertThat(log.readSome(0, TimeUnit.SECONDS.toNanos(10)).bytes()).isEmpty();
        assertThat(log.readUntil(0, bytes("x"), TimeUnit.SECONDS.toNanos(10)).matched())
                .isFalse();
        closer.join();
    }

    @Test
    void comesBackFromItsFilesWithTheSameNumbers(@TempDir Path folder) throws Exception {
        UUID domain = UUID.randomUUID();
        ConsoleFile file = new ConsoleFile(folder, domain);
        ConsoleLog first = file.load();
        byte[] line = bytes("0123456789abcdef");
        for (int i = 0; i < 150_000; i++) {
            first.write(line, 0, line.length);
            if (i % 1000 == 0) {
                file.save(first);
            }
        }
        file.save(first);

        ConsoleLog second = new ConsoleFile(folder, domain).load();

        assertThat(second.read(0).first()).isEqualTo(first.read(0).first());
        assertThat(second.read(0).bytes()).isEqualTo(first.read(0).bytes());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.count()).isLessThanOrEqualTo(4);
        }
        file.delete();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void goesOnAfterAGapThatWasPrintedFasterThanWritten(@TempDir Path folder) {
        UUID domain = UUID.randomUUID();
        ConsoleFile file = new ConsoleFile(folder, domain);
        ConsoleLog first = file.load();
        first.write(new byte[10], 0, 10);
        file.save(first);
        byte[] flood = new byte[2 * ConsoleLog.CAPACITY];
        first.write(flood, 0, flood.length);
        file.save(first);

        ConsoleLog second = new ConsoleFile(folder, domain).load();

        assertThat(second.next()).isEqualTo(10 + flood.length);
        assertThat(second.read(0).first()).isEqualTo(first.read(0).first());
    }
}
