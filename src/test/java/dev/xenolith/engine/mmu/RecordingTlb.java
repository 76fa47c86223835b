package dev.xenolith.engine.mmu;

import java.util.ArrayList;
import java.util.List;

/** A TLB that writes down what it was told to forget. */
final class RecordingTlb implements VcpuTlb {

    final List<String> told = new ArrayList<>();

    @Override
    public void flush() {
        told.add("flush");
    }

    @Override
    public void flush(boolean ofKernelMode) {
        told.add(ofKernelMode ? "flush kernel" : "flush user");
    }

    @Override
    public void flushPage(long va) {
        told.add("page 0x" + Long.toHexString(va));
    }

    @Override
    public void dropFrame(long hostPage) {
        told.add("drop " + hostPage);
    }

    @Override
    public void dropFrameWrites(long hostPage) {
        told.add("drop writes " + hostPage);
    }
}
