package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.checkpoint.Rehearsal;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * What is wrong with an image in Xen's format, beyond the shape of its records. First what can be told without making a
 * domain of it, all of it: every page is there to be read, every entry of every table names a pfn of the domain, so does
 * every page of the p2m, and the policies promise no more than our CPU has. Then the first thing that a restore refuses
 * of tables, vcpus, clock, start_info and rings, by restoring it.
 */
public final class XenVerification {

    /** 16 GiB; of a larger guest only the records are looked at. */
    private static final long FRAMES_MAX = 1 << 22;

    /** Shared info, grant table, and what else is made around a domain. */
    private static final long FRAMES_OF_XEN = 64;

    private final XenImage image;
    private final List<ImageFinding> findings;
    private final int findingsMax;
    private long tables;

    private XenVerification(XenImage image, List<ImageFinding> findings, int findingsMax) {
        this.image = image;
        this.findings = findings;
        this.findingsMax = findingsMax;
    }

    /**
     * Adds to {@code findings} up to {@code findingsMax}, but for the last one, which is thrown: what the rehearsal was
     * refused for.
     */
    public static void run(
            FileChannel channel, List<ImageFinding> findings, int findingsMax, Rehearsal rehearsal, Progress progress) {
        try {
            XenImage image = XenImage.open(channel, FRAMES_MAX);
            XenVerification verification = new XenVerification(image, findings, findingsMax);
            verification.look(progress);
            boolean soundSoFar = findings.isEmpty();
            new CpuPolicy(image).refusals().forEach(refusal -> findings.add(ImageFinding.of(refusal)));
            if (soundSoFar) {
                progress.report("rehearsal", 0, 1, "images");
                rehearsal.restore(channel, verification.frames());
            }
        } catch (InsufficientMemoryException e) {
            progress.report("pages", 0, 1, "images");
        }
    }

    /** As many as the domain can have: what was sent, and what its tables may name besides. */
    private long frames() {
        PfnTable pfns = image.pfns();
        long named = Math.min(pfns.pfns() - pfns.populated(), tables * PageTableEntry.ENTRIES);
        return Math.min(pfns.populated() + named, FRAMES_MAX) + FRAMES_OF_XEN;
    }

    private void look(Progress progress) {
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
        tables += type.isTable() ? 1 : 0;
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
