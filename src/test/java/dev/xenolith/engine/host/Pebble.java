package dev.xenolith.engine.host;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A host for tests with pebble on it, under a virtual clock, and what it printed. */
final class Pebble {

    static final ClockSpec CLOCK = new ClockSpec.Virtual(1000, 1_700_000_000, 42);

    private static final int PAGES = 4096;

    private final Xenolith host = new Xenolith(1 << 16, 1);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Xenolith host() {
        return host;
    }

    String printed() {
        return printed.toString(StandardCharsets.US_ASCII);
    }

    Domain boot() throws IOException {
        return boot(CLOCK);
    }

    Domain boot(ClockSpec clock) throws IOException {
        try (InputStream kernel = Objects.requireNonNull(Pebble.class.getResourceAsStream("/guests/pebble.elf"))) {
            return host.create(new DomainSpec(
                    UUID.randomUUID(),
                    "pebble",
                    PAGES,
                    1,
                    MemorySegment.ofArray(kernel.readAllBytes()),
                    null,
                    "",
                    clock,
                    printed::write));
        }
    }

    Path save(Domain domain, Path path) throws IOException {
        saveWithVoucher(domain, path);
        return path;
    }

    /** Returns what the engine says of the image. */
    ImageVoucher saveWithVoucher(Domain domain, Path path) throws IOException {
        try (FileChannel image = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            SaveResult saved =
                    domain.saveTransparent(new SaveSpec(image, "{}".getBytes(StandardCharsets.UTF_8), Progress.none()));
            return new ImageVoucher(saved.voucher(), saved.sha256());
        }
    }

    Domain restore(Path image) throws IOException {
        return restore(image, null);
    }

    Domain restore(Path image, @Nullable ImageVoucher voucher) throws IOException {
        return host.restore(new RestoreSpec(
                        FileChannel.open(image, StandardOpenOption.READ),
                        UUID.randomUUID(),
                        "copy",
                        CLOCK,
                        printed::write,
                        Progress.none())
                .withVoucher(voucher));
    }

    void print(byte[] bytes, int offset, int length) {
        printed.write(bytes, offset, length);
    }

    void type(Domain domain, String line) {
        domain.consoleInput((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
