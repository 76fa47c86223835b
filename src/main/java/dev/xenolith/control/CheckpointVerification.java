package dev.xenolith.control;

import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageFinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * Reads all of an image and says what is wrong with it. A checkpoint that turns out damaged is marked so, and one that
 * was marked and is sound is available again.
 */
@Service
public class CheckpointVerification {

    private static final String FILE = "IMAGE";
    private static final int BUFFER_BYTES = 1 << 20;

    private final Checkpoints checkpoints;
    private final CheckpointFiles files;
    private final Hypervisor hypervisor;
    private final Operations operations;

    CheckpointVerification(
            Checkpoints checkpoints, CheckpointFiles files, Hypervisor hypervisor, Operations operations) {
        this.checkpoints = checkpoints;
        this.files = files;
        this.hypervisor = hypervisor;
        this.operations = operations;
    }

    public Operation verify(String reference) {
        Checkpoint checkpoint = checkpoints.get(reference);
        return operations.submit(
                OperationKind.VERIFY,
                new Operation.Target("checkpoint", checkpoint.id(), checkpoint.name()),
                List.of(),
                (operation, journal) -> run(checkpoint, operation),
                () -> {});
    }

    private Operation.Result run(Checkpoint checkpoint, RunningOperation operation) {
        List<ImageFinding> findings = Files.exists(files.path(checkpoint.id()))
                ? read(checkpoint, operation)
                : List.of(damage("a file of " + checkpoint.sizeBytes() + " bytes", "none"));
        operation.passPointOfNoReturn();
        List<ImageFinding> damage = findings.stream()
                .filter(finding -> finding.kind() == ImageFinding.Kind.CORRUPT)
                .toList();
        if (damage.isEmpty()) {
            checkpoints.markAvailable(checkpoint.id());
        } else {
            checkpoints.markDamaged(checkpoint.id(), damage.getFirst().message());
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("ok", findings.isEmpty());
        report.put(
                "findings", findings.stream().map(CheckpointVerification::plain).toList());
        return new Operation.Result("checkpoint", checkpoint.id(), checkpoint.name(), report);
    }

    private List<ImageFinding> read(Checkpoint checkpoint, RunningOperation operation) {
        CheckpointFiles.Lease lease = files.lease(checkpoint.id());
        try {
            String sha256 = sha256(lease.channel(), operation);
            List<ImageFinding> findings = new ArrayList<>(hypervisor.images().verify(lease.channel(), operation));
            long size = lease.channel().size();
            if (size != checkpoint.sizeBytes()) {
                findings.add(damage(checkpoint.sizeBytes() + " bytes", size + " bytes"));
            } else if (!sha256.equals(checkpoint.sha256())) {
                findings.add(damage("SHA-256 " + checkpoint.sha256(), sha256));
            }
            return findings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lease.release().run();
        }
    }

    private static String sha256(FileChannel image, RunningOperation operation) throws IOException {
        MessageDigest digest = DurableFile.sha256Digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long total = image.size();
        for (long done = 0; done < total; ) {
            operation.report("checksum", done, total, "bytes");
            int read = image.read(buffer.clear(), done);
            if (read < 0) {
                break;
            }
            digest.update(buffer.flip());
            done += read;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ImageFinding damage(String expected, String got) {
        return new ImageFinding(ImageFinding.Kind.CORRUPT, FILE, 0, expected, got);
    }

    private static Map<String, Object> plain(ImageFinding finding) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
        plain.put("record", finding.record());
        plain.put("offset", finding.offset());
        plain.put("expected", finding.expected());
        plain.put("got", finding.got());
        return plain;
    }
}
