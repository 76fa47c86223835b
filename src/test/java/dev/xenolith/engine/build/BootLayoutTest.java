package dev.xenolith.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.BootImageUnusableException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BootLayoutTest {

    private static BootLayout layout(KernelFixture kernel, long ramdiskBytes, long pages) {
        return BootImage.read(ByteBuffer.wrap(kernel.build())).layout(ramdiskBytes, pages);
    }

    /** Walks the entries the way the MMU would: virtual page to pfn, for every page mapped. */
    private static Map<Long, Long> walk(BootLayout layout) {
        Map<Long, long[]> tables = new HashMap<>();
        new FirstPageTables(layout, (table, slot, pfn, flags) -> {
                    long[] entries = tables.computeIfAbsent(table, t -> new long[512]);
                    assertThat(entries[slot]).as("slot used twice").isZero();
                    entries[slot] = (pfn << 12) | flags;
                })
                .write();
        Map<Long, Long> mapped = new HashMap<>();
        descend(tables, layout.topTablePfn(), 4, 0, mapped);
        return mapped;
    }

    private static void descend(Map<Long, long[]> tables, long table, int level, long address, Map<Long, Long> mapped) {
        long[] entries = tables.getOrDefault(table, new long[512]);
        for (int slot = 0; slot < 512; slot++) {
            if (entries[slot] == 0) {
                continue;
            }
            long reached = address | ((long) slot << Mapping.reach(level - 1));
            if (level == 1) {
                mapped.put((reached << 16) >> 16, entries[slot]);
            } else {
                descend(tables, entries[slot] >> 12, level - 1, reached, mapped);
            }
        }
    }

    @Test
    void putsThingsInLibxcsOrder() {
        BootLayout layout = layout(KernelFixture.plain(), 10_000, 1024);
        assertThat(layout.kernel().pfn()).isEqualTo(0x100);
        assertThat(layout.kernel().pages()).isEqualTo(3);
        assertThat(layout.ramdisk().pfn()).isEqualTo(0x103);
        assertThat(layout.p2m().pfn()).isEqualTo(0x106);
        assertThat(layout.p2m().pages()).isEqualTo(2);
        assertThat(layout.startInfo().pfn()).isEqualTo(0x108);
        assertThat(layout.xenstore().pfn()).isEqualTo(0x109);
        assertThat(layout.console().pfn()).isEqualTo(0x10a);
        assertThat(layout.pageTables().pfn()).isEqualTo(0x10b);
        assertThat(layout.pageTables().pages()).isEqualTo(5);
        assertThat(layout.bootStack().pfn()).isEqualTo(0x110);
        assertThat(layout.mappings().getFirst().to()).isEqualTo(0x3fffff);
    }

    @Test
    void mapsEveryPageOnceAndTablesReadOnly() {
        BootLayout layout = layout(KernelFixture.plain(), 0, 1024);
        Map<Long, Long> mapped = walk(layout);
        assertThat(mapped).hasSize(1024);
        mapped.forEach((va, entry) -> {
            assertThat(entry >> 12).isEqualTo(va >> 12);
            assertThat((entry & 2) == 0).as("read-only %x", va).isEqualTo(layout.isTable(entry >> 12));
        });
    }

    @Test
    void putsTheP2mAndTheRamdiskOutsideTheFirstMappingForLinux() {
        BootLayout layout = layout(KernelFixture.linuxLike(), 10_000, 32_768);
        long slackEnd = layout.mappings().getFirst().pages();
        assertThat(layout.ramdisk().pfn()).isEqualTo(slackEnd);
        assertThat(layout.p2m().pfn()).isEqualTo(slackEnd + 3);
        assertThat(layout.p2m().pages()).isEqualTo(64 + 3);
        assertThat(layout.p2m().va()).isEqualTo(0x8000000000L);
        Map<Long, Long> mapped = walk(layout);
        assertThat(mapped).hasSize((int) slackEnd + 64);
        assertThat(mapped).containsEntry(0x8000000000L, (layout.p2m().pfn() << 12) | 0x23);
        assertThat(mapped).containsEntry(0xffffffff80000000L, 0x23L);
    }

    @Test
    void refusesMemoryThatDoesNotHoldTheFirstMapping() {
        assertThat(layout(KernelFixture.plain(), 0, 1024).memoryPages()).isEqualTo(1024);
        assertThatThrownBy(() -> layout(KernelFixture.plain(), 0, 1023))
                .isInstanceOf(BootImageUnusableException.class)
                .hasMessageContaining("at least 1024 pages, got 1023 pages");
    }

    @Test
    void refusesARamdiskLargerThanMemory() {
        assertThatThrownBy(() -> layout(KernelFixture.linuxLike(), 1L << 30, 32_768))
                .hasMessageContaining("memory for the ramdisk: expected at least");
    }

    @Test
    void fillsTheHypercallPageWithXensBytes() {
        byte[] page = new byte[4096];
        dev.xenolith.engine.hypercall.HypercallPageFill.fill(page);
        assertThat(page).startsWith(0x51, 0x41, 0x53, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3, 0);
        byte[] iret = java.util.Arrays.copyOfRange(page, 23 * 32, 23 * 32 + 12);
        assertThat(iret).containsExactly(0x51, 0x41, 0x53, 0x50, 0xb8, 23, 0, 0, 0, 0x0f, 0x05, 0);
    }
}
