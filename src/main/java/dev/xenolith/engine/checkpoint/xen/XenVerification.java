package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * What can be said of an image in Xen's format without making a domain of it, beyond the shape of its records: every page
 * is there to be read, every entry of every table names a pfn of the domain, and so does every page of the p2m. Whether
 * the tables are valid is the business of a restore.
 */
public final class XenVerification {

    /** 16 GiB; of a larger guest only the records are looked at. */
    private static final long FRAMES_MAX = 1 << 22;

    private final XenImage image;
    private final List<ImageFinding> findings;
    private final int findingsMax;

    private XenVerification(XenImage image, List<ImageFinding> findings, int findingsMax) {
        this.image = image;
        this.findings = findings;
        this.findingsMax = findingsMax;
    }

    /** Adds to {@code findings} up to {@code findingsMax}. */
    public static void run(FileChannel channel, List<ImageFinding> findings, int findingsMax, Progress progress) {
        try {
            XenImage image = XenImage.open(channel, FRAMES_MAX);
            new XenVerification(image, findings, findingsMax).run(progress);
        } catch (InsufficientMemoryException e) {
            progress.report("pages", 0, 1, "images");
        }
    }

    private void run(Progress progress) {
        P2mRebuild.check(image, this::note);
        PfnTable pfns = image.pfns();
        long[] done = {0};
        pfns.forEachPopulated(pfn -> {
            if (done[0]++ % PfnTable.CHUNK == 0) {
                progress.report("pages", done[0], pfns.populated(), "pages");
            }
            int page = pfns.page(pfn);
            if (page != PfnTable.NO_PAGE && findings.size() < findingsMax) {
                look(page, pfns.type(pfn));
            }
        });
    }

    private void look(int page, PageType type) {
        long offset = image.pages().offset(page);
        ByteBuffer bytes = image.bytes().read(PageData.NAME, offset, PageSize.BYTES);
        for (int slot = 0; type.isTable() && slot < PageTableEntry.ENTRIES; slot++) {
            long entry = bytes.getLong(slot << 3);
            if (PageTableEntry.isPresent(entry) && !image.pfns().contains(PageTableEntry.mfn(entry))) {
                note(TableLocaliser.outside(image, page, type, slot, entry));
                return;
            }
        }
    }

    private void note(ImageCorruptException damage) {
        if (findings.size() < findingsMax) {
            findings.add(ImageFinding.of(damage));
        }
    }
}
