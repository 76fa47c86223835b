package dev.xenolith.engine.machine;

/** Guest numbers are host numbers; only the owner is checked. */
public final class IdentityFrameView extends FrameView {

    private final Machine machine;
    private final FrameOwner owner;

    public IdentityFrameView(Machine machine, FrameOwner owner) {
        this.machine = machine;
        this.owner = owner;
    }

    @Override
    public int frameOf(long guestMfn) {
        return guestMfn >= 0 && guestMfn < machine.limit() && machine.owns(owner, (int) guestMfn)
                ? (int) guestMfn
                : NOT_OURS;
    }

    @Override
    public int frameOfValidated(long guestMfn) {
        return (int) guestMfn;
    }

    @Override
    public long guestMfnOf(int mfn) {
        return mfn;
    }

    @Override
    public boolean isRam(long guestMfn) {
        return guestMfn >= Machine.FIRST_FRAME && guestMfn < machine.limit();
    }

    @Override
    public long limit() {
        return machine.limit();
    }

    @Override
    public long add(int first, int order) {
        return first;
    }

    @Override
    public void remove(int mfn) {}
}
