package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** An instruction that is none, or that a guest may not use: it always faults. */
final class Raise extends Op {
    private final int vector;
    private final int errorCode;

    private Raise(Site site, int vector, int errorCode) {
        super(site);
        this.vector = vector;
        this.errorCode = errorCode;
    }

    static Op undefined(Site site) {
        return new Raise(site, Vector.UD, -1);
    }

    static Op protection(Site site) {
        return new Raise(site, Vector.GP, 0);
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        throw c.raise(this, vector, errorCode);
    }
}
