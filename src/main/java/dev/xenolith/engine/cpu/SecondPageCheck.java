package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** Before an instruction that lies across a page boundary: is its second page still the one it was decoded from? */
final class SecondPageCheck extends Op {
    private final long secondVa;
    private final long expectedHostPage;

    SecondPageCheck(Site site, long secondVa, long expectedHostPage) {
        super(site);
        this.secondVa = secondVa;
        this.expectedHostPage = expectedHostPage;
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        c.current = this;
        return c.execPage(secondVa) == expectedHostPage ? next.x(c) : c.refetch(this);
    }
}
