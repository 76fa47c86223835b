package dev.xenolith.engine.host;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.DomainSpec;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import dev.xenolith.engine.PageRetirement.State;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.mmu.DomainMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What it costs to move 1,000 random frames of a Linux domain in one suspension: time a page and page-table entries read,
 * beside the way of {@code xc_exchange_page}, which reads every entry of every table twice for each page. The latter's
 * scans are really made, over the same suspended domain, for the first pages; they cost the same for each.
 *
 * <p>Run {@code main} with the folder of a kernel (vmlinuz, initrd.gz), and MiB of memory. Nothing is asserted of the time.
 */
final class PageExchangeBenchmark {

    private static final int PAGES = 1000;
    private static final int SCANNED_PAGES = 10;

    private PageExchangeBenchmark() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            throw new IllegalArgumentException("expected a folder with vmlinuz and initrd.gz");
        }
        Path folder = Path.of(args[0]);
        int[] sizes = args.length > 1
                ? Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray()
                : new int[] {256, 1024};
        for (int mib : sizes) {
            report(folder, mib);
        }
    }

    private static void report(Path folder, int mib) throws Exception {
        try (Xenolith host = new Xenolith((mib + 512L) << 8)) {
            HostedDomain linux = suspended(host, folder, mib);
            List<Integer> frames = new ArrayList<>();
            DomainMemory memory = linux.guest().memory();
            memory.machine().forEachFrame(memory.owner(), frames::add);
            Collections.shuffle(frames, new Random(1));
            List<Integer> chosen = frames.subList(0, PAGES);

            AtomicLong scanned = new AtomicLong();
            long scanNanos = linux.guest().call(() -> scanTwice(memory, chosen.subList(0, SCANNED_PAGES), scanned));
            long began = System.nanoTime();
            int moved = move(host, chosen.subList(0, 1));
            long first = System.nanoTime() - began;
            long firstRead = linux.retirement().entriesRead();
            began = System.nanoTime();
            moved += move(host, chosen.subList(1, PAGES));
            long rest = System.nanoTime() - began;
            long restRead = linux.retirement().entriesRead() - firstRead;
            System.out.printf(Locale.ROOT, "%d MiB: %d of %d pages moved%n", mib, moved, PAGES);
            System.out.printf(
                    Locale.ROOT, "  first page            %,10.1f us, %,12d entries read%n", first / 1e3, firstRead);
            System.out.printf(
                    Locale.ROOT,
                    "  each page after it    %,10.1f us, %,12.1f entries read%n",
                    rest / 1e3 / (PAGES - 1),
                    restRead / 999.0);
            double scanRead = (double) scanned.get() / SCANNED_PAGES;
            System.out.printf(
                    Locale.ROOT,
                    "  two scans for a page  %,10.1f us, %,12.1f entries read%n",
                    scanNanos / 1e3 / SCANNED_PAGES,
                    scanRead);
            double ratio = scanRead * PAGES / (firstRead + restRead);
            System.out.printf(
                    Locale.ROOT,
                    "  entries read for all %d: %,d instead of %,.0f, %,.0f times fewer%n",
                    PAGES,
                    firstRead + restRead,
                    scanRead * PAGES,
                    ratio);
            if (!host.audit(java.util.Optional.empty()).ok()) {
                throw new IllegalStateException("invariants are broken");
            }
            linux.resume();
        }
    }

    private static int move(Xenolith host, List<Integer> frames) {
        int moved = 0;
        for (int mfn : frames) {
            PageRetirement result = host.retirement().retire(mfn, Mode.EXCHANGE);
            moved += result.state() == State.OFFLINED ? 1 : 0;
        }
        return moved;
    }

    /** Once to find the entries to clear, once to find those to set: every entry of every table each time. */
    private static long scanTwice(DomainMemory memory, List<Integer> frames, AtomicLong read) {
        long began = System.nanoTime();
        long found = 0;
        for (int mfn : frames) {
            long name = memory.view().guestMfnOf(mfn);
            for (int pass = 0; pass < 2; pass++) {
                found += scan(memory, name, read);
            }
        }
        if (found < 0) {
            throw new IllegalStateException();
        }
        return System.nanoTime() - began;
    }

    private static long scan(DomainMemory memory, long name, AtomicLong read) {
        long[] found = {0, 0};
        memory.machine().forEachFrame(memory.owner(), mfn -> {
            if (FrameType.isPageTable(memory.machine().table().type(mfn))) {
                for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
                    long entry = memory.readLong(mfn, slot << 3);
                    found[0] += PageTableEntry.isPresent(entry) && PageTableEntry.mfn(entry) == name ? 1 : 0;
                }
                found[1] += PageTableEntry.ENTRIES;
            }
        });
        read.addAndGet(found[1]);
        return found[0];
    }

    private static HostedDomain suspended(Xenolith host, Path folder, int mib)
            throws IOException, InterruptedException {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        HostedDomain domain = (HostedDomain) host.create(new DomainSpec(
                UUID.randomUUID(),
                "linux",
                (long) mib << 8,
                2,
                MemorySegment.ofArray(Files.readAllBytes(folder.resolve("vmlinuz"))),
                MemorySegment.ofArray(Files.readAllBytes(folder.resolve("initrd.gz"))),
                "console=hvc0",
                new ClockSpec.Real(),
                (bytes, offset, length) -> {
                    synchronized (console) {
                        console.write(bytes, offset, length);
                    }
                }));
        domain.unpause();
        while (!text(console).contains("xenolith# ")) {
            Thread.sleep(100);
        }
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        while (domain.snapshot().state() != DomainState.SUSPENDED) {
            Thread.sleep(10);
        }
        return domain;
    }

    private static String text(ByteArrayOutputStream console) {
        synchronized (console) {
            return console.toString(StandardCharsets.US_ASCII);
        }
    }
}
