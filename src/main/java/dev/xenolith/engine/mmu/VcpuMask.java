package dev.xenolith.engine.mmu;

import java.util.List;

/** A guest's bitmap of vcpus to flush ({@code vcpumask_to_pcpumask}): one 64-bit word for each 64 vcpus it may have. */
final class VcpuMask {

    private VcpuMask() {}

    /** Reads only the words that matter; throws {@link GuestAccessFault} before any vcpu is flushed. */
    static long[] read(GuestAccess access, long va, int vcpus) {
        long[] words = new long[(vcpus + 63) >>> 6];
        for (int i = 0; i < words.length; i++) {
            words[i] = access.readLong(va + i * 8L);
        }
        return words;
    }

    static void flush(List<VcpuMmu> vcpus, long[] mask) {
        for (VcpuMmu vcpu : vcpus) {
            if (has(mask, vcpu.id())) {
                vcpu.tlb().flush();
            }
        }
    }

    static void flushPage(List<VcpuMmu> vcpus, long[] mask, long va) {
        for (VcpuMmu vcpu : vcpus) {
            if (has(mask, vcpu.id())) {
                vcpu.tlb().flushPage(va);
            }
        }
    }

    private static boolean has(long[] mask, int id) {
        return id >>> 6 < mask.length && (mask[id >>> 6] & 1L << id) != 0;
    }
}
