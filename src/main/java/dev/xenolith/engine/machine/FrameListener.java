package dev.xenolith.engine.machine;

/** What a frame's owner must know of it: told on the owner's carrier, before the change can be seen. */
public interface FrameListener {

    /** The frame's bytes are no longer at this offset of host memory: no TLB entry and no decoded code may refer to it. */
    void backingMoved(int mfn, long oldOffset);

    /** The frame is about to be written and holds decoded code. */
    void codeChanged(int mfn);

    /** The frame leaves the domain or is about to be shared: no TLB entry and no decoded code may refer to it. */
    void dropTlbEntries(int mfn);

    FrameListener NONE = new FrameListener() {
        @Override
        public void backingMoved(int mfn, long oldOffset) {}

        @Override
        public void codeChanged(int mfn) {}

        @Override
        public void dropTlbEntries(int mfn) {}
    };
}
