package dev.xenolith.engine.grant;

import dev.xenolith.engine.machine.FramePage;
import dev.xenolith.engine.machine.GuestPage;

/** A granted frame that a backend uses, until it closes the mapping or the domain ends. */
public final class GrantMapping implements AutoCloseable {

    private final ActiveGrants active;
    private final int ref;
    private final boolean writable;
    private final FramePage page;
    private boolean closed;

    GrantMapping(ActiveGrants active, int ref, boolean writable, FramePage page) {
        this.active = active;
        this.ref = ref;
        this.writable = writable;
        this.page = page;
    }

    public int ref() {
        return ref;
    }

    /** The host's frame. */
    public int mfn() {
        return page.mfn();
    }

    public boolean writable() {
        return writable;
    }

    public GuestPage page() {
        return page;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            active.unmap(this);
        }
    }
}
