package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.abi.StartInfo;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.stream.PageType;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Lies about pages: tables, types, the p2m, and the pages that start_info names. */
final class MemoryLies {

    private static final int PAGES = HostileXenImageTest.PAGES;
    private static final long TABLE = PageTableEntry.PRESENT | PageTableEntry.RW | PageTableEntry.USER;
    private static final int REGS = VcpuGuestContext.USER_REGS;
    private static final int DATA_SLOT = 100;

    private MemoryLies() {}

    static List<Arguments> all() {
        return Stream.of(tables(), types(), p2m(), rings())
                .flatMap(List::stream)
                .toList();
    }

    private static Arguments lie(String name, String record, String reason, Consumer<SyntheticImage> lie) {
        return Arguments.of(name, record, reason, lie);
    }

    private static List<Arguments> tables() {
        return List.of(
                lie(
                        "an entry outside the domain",
                        "PAGE_DATA",
                        "level 1 entry 100 to name a pfn up to 0x257",
                        image -> image.entry(image.firstL1, DATA_SLOT, PAGES, TABLE)),
                lie(
                        "an entry far outside",
                        "PAGE_DATA",
                        "to name a pfn up to 0x257",
                        image -> image.entry(SyntheticImage.L4, 9, (1L << 40) - 1, TABLE)),
                lie(
                        "a writable mapping of a page table",
                        "X86_PV_VCPU_BASIC",
                        "page tables that Xen would take",
                        image -> image.entry(image.firstL1, SyntheticImage.L3, SyntheticImage.L3, TABLE)),
                lie(
                        "a table writable through another",
                        "X86_PV_VCPU_BASIC",
                        "page tables that Xen would take",
                        image -> image.entry(image.firstL1 + 1, 0, image.firstL1, TABLE)),
                lie(
                        "a large page",
                        "X86_PV_VCPU_BASIC",
                        "page tables that Xen would take",
                        image -> image.entry(SyntheticImage.FIRST_L2, 5, 0, TABLE | PageTableEntry.PSE)),
                lie(
                        "an L2 where an L3 belongs",
                        "X86_PV_VCPU_BASIC",
                        "page tables that Xen would take",
                        image -> image.entry(SyntheticImage.L4, 1, SyntheticImage.FIRST_L2, TABLE)));
    }

    private static List<Arguments> types() {
        return List.of(
                lie(
                        "a pin of the wrong level",
                        "PAGE_DATA",
                        "to be a valid table of level 2",
                        image -> image.type(image.firstL1, PageType.L2TAB_PIN)),
                lie("a pin of what is no table", "PAGE_DATA", "to be a valid table of level 1", image -> {
                    image.type(image.firstData, PageType.L1TAB_PIN);
                    image.page(image.firstData);
                }),
                lie(
                        "a table said to be data",
                        "X86_PV_VCPU_BASIC",
                        "page tables that Xen would take",
                        image -> image.type(SyntheticImage.L3, PageType.NOTAB)),
                lie(
                        "a table that was not sent",
                        "X86_PV_VCPU_BASIC",
                        "cr3 in a page of type L4TAB",
                        image -> image.type(SyntheticImage.L4, PageType.XTAB)));
    }

    private static List<Arguments> p2m() {
        return List.of(
                lie(
                        "a p2m page beyond the p2m",
                        "X86_PV_P2M_FRAMES",
                        "p2m page 1 in a page that was sent",
                        image -> image.p2mPfns[1] = PAGES),
                lie(
                        "a p2m page of all ones",
                        "X86_PV_P2M_FRAMES",
                        "p2m page 0 in a page that was sent",
                        image -> image.p2mPfns[0] = -1),
                lie(
                        "a p2m page in a table",
                        "X86_PV_P2M_FRAMES",
                        "p2m page 0 in an ordinary page",
                        image -> image.p2mPfns[0] = image.firstL1),
                lie(
                        "a p2m page that was not sent",
                        "X86_PV_P2M_FRAMES",
                        "p2m page 0 in a page that was sent",
                        image -> {
                            image.type(image.firstP2m, PageType.BROKEN);
                            image.entry(image.firstL1, image.firstP2m, 0, 0);
                        }),
                lie("pages above the p2m", "PAGE_DATA", "pfns up to 0x1ff", image -> {
                    image.endPfn = 511;
                    image.p2mPfns = new long[] {image.firstP2m};
                }),
                lie("a p2m that begins late", "X86_PV_P2M_FRAMES", "p2m page 0 in a page that was sent", image -> {
                    image.startPfn = 512;
                    image.p2mPfns = new long[] {image.firstP2m};
                }));
    }

    private static List<Arguments> rings() {
        return List.of(
                lie(
                        "start_info beyond the p2m",
                        "X86_PV_VCPU_BASIC",
                        "start_info in a page that was sent",
                        image -> image.vcpu.putLong(REGS + VcpuGuestContext.RDX, PAGES)),
                lie(
                        "start_info in a table",
                        "X86_PV_VCPU_BASIC",
                        "start_info in an ordinary page",
                        image -> image.vcpu.putLong(REGS + VcpuGuestContext.RDX, SyntheticImage.L4)),
                lie(
                        "a console ring beyond the p2m",
                        "X86_PV_VCPU_BASIC",
                        "console ring in a page that was sent",
                        image -> image.fields(SyntheticImage.START_INFO).putLong(StartInfo.CONSOLE_MFN, -1)),
                lie(
                        "a xenstore ring in a table",
                        "X86_PV_VCPU_BASIC",
                        "names two rings",
                        image -> image.fields(SyntheticImage.START_INFO)
                                .putLong(StartInfo.STORE_MFN, SyntheticImage.L4)));
    }
}
