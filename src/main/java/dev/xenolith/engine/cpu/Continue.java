package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** The end of a block that ends at no branch. Not an instruction. */
final class Continue extends Branch {
    Continue(Site site) {
        super(site, site.nextRip());
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        return fall(c);
    }
}
