package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.StreamVerifier;
import dev.xenolith.engine.stream.StreamVerifier.Finding;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads all of an image of either flavour, every page of a transparent one included, and says what is wrong where. */
public final class ImageVerification {

    private final FileChannel channel;
    private final List<Finding> findings;

    private ImageVerification(FileChannel channel) {
        this.channel = channel;
        this.findings = new ArrayList<>(StreamVerifier.verify(ImageBytes.of(channel)));
    }

    /** Empty for a sound image; at most about {@link StreamVerifier#FINDINGS_MAX} findings. */
    public static List<Finding> verify(FileChannel channel) {
        ImageVerification verification = new ImageVerification(channel);
        if (verification.findings.isEmpty()) {
            verification.readAll();
        }
        return List.copyOf(verification.findings);
    }

    private void readAll() {
        try {
            if (ImageInspection.inspect(channel).format().equals(ImageInspection.FORMAT_XENOLITH)) {
                TransparentImage image = TransparentImage.open(channel);
                EarlyContext.check(image);
                image.index().forEach((position, entry) -> page(image, entry));
            }
        } catch (ImageCorruptException e) {
            findings.add(new Finding(e.record(), e.offset(), String.valueOf(e.getMessage())));
        } catch (ImageIncompatibleException e) {
            findings.add(new Finding("IMAGE", 0, String.valueOf(e.getMessage())));
        }
    }

    private void page(TransparentImage image, IndexEntry entry) {
        if (!entry.hasData() || findings.size() >= StreamVerifier.FINDINGS_MAX) {
            return;
        }
        CRC32C crc = new CRC32C();
        crc.update(image.bytes().read(PageData.NAME, entry.dataOffset(), PageSize.BYTES));
        if ((int) crc.getValue() != entry.crc32c()) {
            String message = "page of guest mfn 0x%x at offset %d: expected CRC32C 0x%x, got 0x%x"
                    .formatted(entry.guestMfn(), entry.dataOffset(), entry.crc32c(), crc.getValue());
            findings.add(new Finding(PageData.NAME, entry.dataOffset(), message));
        }
    }
}
