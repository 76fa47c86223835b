package dev.xenolith.engine.machine;

/** A domain as the machine sees it: a domid that owns frames. */
public final class FrameOwner {

    private final int domid;
    private FrameListener listener = FrameListener.NONE;
    private volatile boolean dying;

    /** Ends of the list of owned frames, 0 when empty: frame 0 belongs to nobody's list. */
    int first;

    int last;

    /** Frames that count as the domain's memory: all but special ones. */
    private int pages;

    private int specialPages;

    FrameOwner(int domid) {
        this.domid = domid;
    }

    public int domid() {
        return domid;
    }

    public FrameListener listener() {
        return listener;
    }

    public void setListener(FrameListener listener) {
        this.listener = listener;
    }

    /** Pages that count against the domain's maximum (Xen's tot_pages). */
    public int pages() {
        return pages;
    }

    public int specialPages() {
        return specialPages;
    }

    public boolean isDying() {
        return dying;
    }

    public void setDying() {
        dying = true;
    }

    void count(boolean special, int change) {
        if (special) {
            specialPages += change;
        } else {
            pages += change;
        }
    }
}
