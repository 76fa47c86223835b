package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** Jcc, one class a condition; those about PF and OF share one. */
final class ConditionalJumps {
    private ConditionalJumps() {}

    static Op of(Insn in, Site site) {
        long taken = in.nextRip() + in.immediate;
        int condition = in.opcode & 15;
        return switch (condition) {
            case 0x2 -> new Below(site, taken);
            case 0x3 -> new AboveEqual(site, taken);
            case 0x4 -> new Equal(site, taken);
            case 0x5 -> new NotEqual(site, taken);
            case 0x6 -> new BelowEqual(site, taken);
            case 0x7 -> new Above(site, taken);
            case 0x8 -> new Sign(site, taken);
            case 0x9 -> new NoSign(site, taken);
            case 0xc -> new Less(site, taken);
            case 0xd -> new GreaterEqual(site, taken);
            case 0xe -> new LessEqual(site, taken);
            case 0xf -> new Greater(site, taken);
            default -> new Other(site, taken, condition);
        };
    }

    private static final class Other extends Branch {
        private final int condition;

        Other(Site site, long taken, int condition) {
            super(site, taken);
            this.condition = condition;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.condition(condition) ? take(c) : fall(c);
        }
    }

    private static final class Below extends Branch {
        Below(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.cf() ? take(c) : fall(c);
        }
    }

    private static final class AboveEqual extends Branch {
        AboveEqual(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return !c.cf() ? take(c) : fall(c);
        }
    }

    private static final class Equal extends Branch {
        Equal(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.ccRes == 0 ? take(c) : fall(c);
        }
    }

    private static final class NotEqual extends Branch {
        NotEqual(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.ccRes != 0 ? take(c) : fall(c);
        }
    }

    private static final class BelowEqual extends Branch {
        BelowEqual(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.ccRes == 0 || c.cf() ? take(c) : fall(c);
        }
    }

    private static final class Above extends Branch {
        Above(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.ccRes != 0 && !c.cf() ? take(c) : fall(c);
        }
    }

    private static final class Sign extends Branch {
        Sign(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.sf() ? take(c) : fall(c);
        }
    }

    private static final class NoSign extends Branch {
        NoSign(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return !c.sf() ? take(c) : fall(c);
        }
    }

    private static final class Less extends Branch {
        Less(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.sf() != c.of() ? take(c) : fall(c);
        }
    }

    private static final class GreaterEqual extends Branch {
        GreaterEqual(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.sf() == c.of() ? take(c) : fall(c);
        }
    }

    private static final class LessEqual extends Branch {
        LessEqual(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.ccRes == 0 || c.sf() != c.of() ? take(c) : fall(c);
        }
    }

    private static final class Greater extends Branch {
        Greater(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return c.ccRes != 0 && c.sf() == c.of() ? take(c) : fall(c);
        }
    }
}
