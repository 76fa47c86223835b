package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** Which micro-op carries out an instruction: opcodes 0F xx. */
final class LoweringTwoByte {
    private static final int SWAPGS = 0xf8;
    private static final int RDTSCP = 0xf9;

    private LoweringTwoByte() {}

    static Op lower(Insn in, Site site) {
        int opcode = in.opcode & 0xff;
        Op op = opcode < 0x40
                ? system(opcode, in, site)
                : opcode < 0xc0 ? middle(opcode, in, site) : high(opcode, in, site);
        if (op == null) {
            op = SseForms.lower(in, site);
        }
        return op == null ? Raise.undefined(site) : op;
    }

    private static @Nullable Op system(int opcode, Insn in, Site site) {
        if (opcode == 0x0d || (opcode >= 0x18 && opcode <= 0x1f)) {
            return new Nothing(site);
        }
        return switch (opcode) {
            case 0x00 -> groupSix(in, site);
            case 0x01 -> groupSeven(in, site);
            case 0x02, 0x03 -> new SegmentOps.Inspect(site, in);
            case 0x05 -> new Trapped(site, in, 0, 0, Trapped::syscall);
            case 0x06 -> new Trapped(site, in, 0, 0, (c, op) -> c.env.clts(c));
            case 0x07, 0x08, 0x33 -> Raise.protection(site); // SYSRET, INVD, RDPMC
            case 0x09 -> new Trapped(site, in, 0, 0, (c, op) -> c.env.wbinvd(c));
            case 0x20 -> new Trapped(site, in, in.reg, in.rm, Trapped::readCr);
            case 0x21 -> in.reg < 8 ? new Trapped(site, in, in.reg, in.rm, Trapped::readDr) : Raise.undefined(site);
            case 0x22 -> new Trapped(site, in, in.reg, in.rm, Trapped::writeCr);
            case 0x23 -> in.reg < 8 ? new Trapped(site, in, in.reg, in.rm, Trapped::writeDr) : Raise.undefined(site);
            case 0x30 -> new Trapped(site, in, 0, 0, Trapped::writeMsr);
            case 0x31 -> new Trapped(site, in, 0, 0, Trapped::rdtsc);
            case 0x32 -> new Trapped(site, in, 0, 0, Trapped::readMsr);
            default -> null;
        };
    }

    private static Op groupSix(Insn in, Site site) {
        return switch (in.group()) {
            case 0, 1 -> new SegmentOps.StoreSystem(site, in);
            case 2, 3 -> Raise.protection(site); // LLDT, LTR
            case 4, 5 -> new SegmentOps.Verify(site, in);
            default -> Raise.undefined(site);
        };
    }

    private static Op groupSeven(Insn in, Site site) {
        if (in.memory) {
            return switch (in.group()) {
                case 0, 1 -> new SegmentOps.StoreTable(site, in);
                case 2, 3, 6 -> Raise.protection(site); // LGDT, LIDT, LMSW
                case 4 -> new SegmentOps.StoreSystem(site, in);
                case 7 -> new InvalidatePage(site, in);
                default -> Raise.undefined(site);
            };
        }
        if (in.modrm == RDTSCP) {
            return new Trapped(site, in, 0, 0, Trapped::rdtscp);
        }
        return switch (in.group()) {
            case 4 -> new SegmentOps.StoreSystem(site, in);
            case 6 -> Raise.protection(site);
            default -> in.modrm == SWAPGS ? Raise.protection(site) : Raise.undefined(site);
        };
    }

    private static @Nullable Op middle(int opcode, Insn in, Site site) {
        int size = in.sizeByBit0();
        return switch (opcode >> 4) {
            case 0x4 -> Conditionals.cmov(in, site);
            case 0x8 -> ConditionalJumps.of(in, site);
            case 0x9 -> new Conditionals.Set(site, in);
            case 0xa -> rowA(opcode, in, site);
            case 0xb -> rowB(opcode, in, site, size);
            default -> null;
        };
    }

    private static @Nullable Op rowA(int opcode, Insn in, Site site) {
        return switch (opcode) {
            case 0xa0 -> new SegmentOps.Push(site, Sreg.FS, in.stackSize());
            case 0xa1 -> new SegmentOps.Pop(site, Sreg.FS, in.stackSize());
            case 0xa2 -> new Trapped(site, in, 0, 0, (c, op) -> c.env.cpuid(c));
            case 0xa3, 0xab -> BitTests.lower(in, site);
            case 0xa4, 0xa5, 0xac, 0xad -> new DoubleShifts(site, in);
            case 0xa8 -> new SegmentOps.Push(site, Sreg.GS, in.stackSize());
            case 0xa9 -> new SegmentOps.Pop(site, Sreg.GS, in.stackSize());
            case 0xae -> groupFifteen(in, site);
            case 0xaf -> Multiply.toRegister(in, site, false);
            default -> null;
        };
    }

    /** XSAVE and what came after it is not offered. */
    private static Op groupFifteen(Insn in, Site site) {
        if (in.memory) {
            if (in.repeat != 0 || (in.operand16 && in.group() != 7)) {
                return Raise.undefined(site);
            }
            return switch (in.group()) {
                case 0, 1, 2, 3 -> new FpuMemory(site, in);
                case 7 -> new TouchLine(site, in);
                default -> Raise.undefined(site);
            };
        }
        return in.group() >= 5 && in.repeat == 0 ? new Nothing(site) : Raise.undefined(site);
    }

    private static @Nullable Op rowB(int opcode, Insn in, Site site, int size) {
        return switch (opcode) {
            case 0xb0, 0xb1 ->
                in.memory ? new Exchanges.Compare(site, in, size) : new Exchanges.CompareRegister(site, in, size);
            case 0xb2, 0xb4, 0xb5 -> in.memory ? new SegmentOps.LoadFar(site, in) : Raise.undefined(site);
            case 0xb3, 0xbb -> BitTests.lower(in, site);
            case 0xb6, 0xb7 ->
                in.memory
                        ? Loads.zeroExtended(in, site, 1 << (opcode & 1), in.size())
                        : new Loads.Widening(site, in, 1 << (opcode & 1), in.size(), false);
            case 0xb8 -> in.repeat == 0xf3 ? new BitScans.PopulationCount(site, in) : Raise.undefined(site);
            case 0xba -> in.group() >= 4 ? BitTests.lower(in, site) : Raise.undefined(site);
            case 0xbc, 0xbd -> new BitScans.Scan(site, in);
            case 0xbe, 0xbf ->
                in.memory
                        ? Loads.signExtended(in, site, 1 << (opcode & 1), in.size())
                        : new Loads.Widening(site, in, 1 << (opcode & 1), in.size(), true);
            default -> Raise.undefined(site);
        };
    }

    private static @Nullable Op high(int opcode, Insn in, Site site) {
        if (opcode >= 0xc8 && opcode <= 0xcf) {
            return new Exchanges.ByteSwap(site, in);
        }
        return switch (opcode) {
            case 0xc0, 0xc1 -> new Exchanges.Add(site, in, in.sizeByBit0());
            case 0xc3 ->
                in.memory && !in.operand16 && in.repeat == 0
                        ? Stores.of(in, site, in.size(), in.reg, 0)
                        : Raise.undefined(site);
            case 0xc7 -> in.memory && in.group() == 1 ? new Exchanges.ComparePair(site, in) : Raise.undefined(site);
            case 0xff -> Raise.undefined(site); // UD0; 0F FF has no SSE form.
            default -> null;
        };
    }

    /** INVLPG. */
    private static final class InvalidatePage extends MemOp {
        private final long nextRip;

        InvalidatePage(Site site, Insn in) {
            super(site, in);
            nextRip = site.nextRip();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.current = this;
            c.rip = nextRip;
            c.env.invlpg(c, ea(c));
            return null;
        }
    }

    /** CLFLUSH: nothing to flush, but it faults as a load of one byte does. */
    private static final class TouchLine extends MemOp {
        TouchLine(Site site, Insn in) {
            super(site, in);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.load8(ea(c), this);
            return next.x(c);
        }
    }
}
