package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.checkpoint.xen.XenVerification;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.StreamVerifier;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads all of an image of either flavour, every page included, and says what is wrong where. One in Xen's format is
 * then restored where nobody sees it, so that nothing is found sound here that a restore would refuse.
 */
public final class ImageVerification {

    private static final int PAGES_A_REPORT = 1024;

    private final FileChannel channel;
    private final Rehearsal rehearsal;
    private final Progress progress;
    private final List<ImageFinding> findings;

    private ImageVerification(FileChannel channel, Rehearsal rehearsal, Progress progress) {
        this.channel = channel;
        this.rehearsal = rehearsal;
        this.progress = progress;
        this.findings = new ArrayList<>(StreamVerifier.verify(ImageBytes.of(channel)));
    }

    /** Empty for a sound image; at most about {@link StreamVerifier#FINDINGS_MAX} findings. */
    public static List<ImageFinding> verify(FileChannel channel, Rehearsal rehearsal, Progress progress) {
        ImageVerification verification = new ImageVerification(channel, rehearsal, progress);
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
                pages(image);
            } else {
                XenVerification.run(channel, findings, StreamVerifier.FINDINGS_MAX, rehearsal, progress);
            }
        } catch (ImageCorruptException e) {
            findings.add(ImageFinding.of(e));
        } catch (ImageIncompatibleException e) {
            findings.add(ImageFinding.of(e));
        }
    }

    private void pages(TransparentImage image) {
        long total = image.index().count();
        image.index().forEach((position, entry) -> {
            if (position % PAGES_A_REPORT == 0) {
                progress.report("pages", position, total, "pages");
            }
            page(image, entry);
        });
    }

    private void page(TransparentImage image, IndexEntry entry) {
        if (!entry.hasData() || findings.size() >= StreamVerifier.FINDINGS_MAX) {
            return;
        }
        CRC32C crc = new CRC32C();
        crc.update(image.bytes().read(PageData.NAME, entry.dataOffset(), PageSize.BYTES));
        if ((int) crc.getValue() != entry.crc32c()) {
            findings.add(new ImageFinding(
                    ImageFinding.Kind.CORRUPT,
                    PageData.NAME,
                    entry.dataOffset(),
                    "CRC32C 0x%08x of the page of guest mfn 0x%x".formatted(entry.crc32c(), entry.guestMfn()),
                    "0x%08x".formatted(crc.getValue())));
        }
    }
}
