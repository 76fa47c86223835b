package dev.xenolith.engine.mmu;

import dev.xenolith.engine.cpu.Cpu;

/** What the MMU asks of a vcpu's TLB: to forget. */
public interface VcpuTlb {

    void flush();

    void flush(boolean ofKernelMode);

    void flushPage(long va);

    /** Forgets all entries that lead to this host page. */
    void dropFrame(long hostPage);

    /** Forgets the entries that allow stores to this host page. */
    void dropFrameWrites(long hostPage);

    /** Of a vcpu that has not been brought up. */
    VcpuTlb NONE = new VcpuTlb() {
        @Override
        public void flush() {}

        @Override
        public void flush(boolean ofKernelMode) {}

        @Override
        public void flushPage(long va) {}

        @Override
        public void dropFrame(long hostPage) {}

        @Override
        public void dropFrameWrites(long hostPage) {}
    };

    static VcpuTlb of(Cpu cpu) {
        return new VcpuTlb() {
            @Override
            public void flush() {
                cpu.flushTlb();
            }

            @Override
            public void flush(boolean ofKernelMode) {
                cpu.flushTlb(ofKernelMode);
            }

            @Override
            public void flushPage(long va) {
                cpu.flushTlbPage(va);
            }

            @Override
            public void dropFrame(long hostPage) {
                cpu.dropFrame(hostPage);
            }

            @Override
            public void dropFrameWrites(long hostPage) {
                cpu.dropFrameWrites(hostPage);
            }
        };
    }
}
