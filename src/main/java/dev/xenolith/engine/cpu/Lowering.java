package dev.xenolith.engine.cpu;

/** Which micro-op carries out an instruction: the one-byte opcodes. */
final class Lowering {
    private Lowering() {}

    static Op lower(Insn in, Site site) {
        if (in.opcode == Insn.TOO_LONG) {
            return Raise.protection(site);
        }
        if (in.opcode == Insn.FORCED_CPUID) {
            return new Trapped(site, in, 0, 0, (c, op) -> c.env.cpuid(c));
        }
        if (in.opcode == Insn.INVALID || (in.lock && !lockable(in))) {
            return Raise.undefined(site);
        }
        if ((in.opcode & Insn.TWO_BYTE) != 0) {
            return LoweringTwoByte.lower(in, site);
        }
        if (in.opcode < 0x40) {
            return Alu.lower(in, site);
        }
        return in.opcode < 0xa0 ? low(in, site) : in.opcode < 0xd8 ? middle(in, site) : high(in, site);
    }

    /** LOCK is legal where memory is read, modified and written; elsewhere it raises #UD (SDM volume 2, LOCK). */
    private static boolean lockable(Insn in) {
        if (!in.memory) {
            return false;
        }
        int opcode = in.opcode;
        if (opcode < 0x40) {
            return (opcode & 7) <= 1 && opcode >> 3 != Alu.CMP;
        }
        return switch (opcode) {
            case 0x80, 0x81, 0x83 -> in.group() != Alu.CMP;
            case 0x86, 0x87 -> true;
            case 0xf6, 0xf7 -> in.group() == 2 || in.group() == 3;
            case 0xfe, 0xff -> in.group() <= 1;
            case 0x0fab, 0x0fb0, 0x0fb1, 0x0fb3, 0x0fbb, 0x0fc0, 0x0fc1 -> true;
            case 0x0fba -> in.group() >= 5;
            case 0x0fc7 -> in.group() == 1;
            default -> false;
        };
    }

    private static Op low(Insn in, Site site) {
        int opcode = in.opcode;
        if (opcode >= 0x50 && opcode < 0x60) {
            return pushPop(in, site);
        }
        if (opcode >> 4 == 7) {
            return ConditionalJumps.of(in, site);
        }
        if (opcode >= 0x90 && opcode < 0x98) {
            return exchangeAccumulator(in, site);
        }
        int size = in.sizeByBit0();
        return switch (opcode) {
            case 0x63 -> movsxd(in, site);
            case 0x68, 0x6a ->
                in.stackSize() == 8
                        ? new Stack.Push(site, CpuRegisters.ZERO, in.immediate)
                        : new Stack.PushGeneral(site, in, 2, true);
            case 0x69, 0x6b -> Multiply.toRegister(in, site, true);
            case 0x6c, 0x6d, 0x6e, 0x6f -> new PortStrings(site, in);
            case 0x80, 0x81, 0x83 -> Alu.lowerGroup(in, site);
            case 0x84, 0x85 -> Compares.test(in, site, size, in.regOf(size), 0);
            case 0x86, 0x87 -> new Exchanges.Exchange(site, in, size);
            case 0x88, 0x89 -> moveToRm(in, site, size, in.regOf(size), 0);
            case 0x8a, 0x8b ->
                in.memory
                        ? Loads.plain(in, site, size, in.regOf(size))
                        : Moves.toRegister(site, size, in.regOf(size), in.rmOf(size), 0);
            case 0x8c -> in.group() < Sreg.COUNT ? new SegmentOps.Store(site, in) : Raise.undefined(site);
            case 0x8d -> in.memory ? Moves.lea(in, site) : Raise.undefined(site);
            case 0x8e ->
                in.group() < Sreg.COUNT && in.group() != Sreg.CS
                        ? new SegmentOps.Load(site, in)
                        : Raise.undefined(site);
            case 0x8f -> in.group() == 0 ? new Stack.PopGeneral(site, in, in.stackSize()) : Raise.undefined(site);
            case 0x98 -> new Accumulator.Widen(site, in.size());
            case 0x99 -> new Accumulator.Spread(site, in.size());
            case 0x9b -> new X87Forms.Wait(site);
            case 0x9c -> new FlagOps.Push(site, in.stackSize());
            case 0x9d -> new FlagOps.Pop(site, in.stackSize());
            case 0x9e -> new FlagOps.Sahf(site);
            case 0x9f -> new FlagOps.Lahf(site);
            default -> Raise.undefined(site);
        };
    }

    private static Op pushPop(Insn in, Site site) {
        int register = in.opcodeRegister();
        if (in.opcode < 0x58) {
            return in.stackSize() == 8 ? new Stack.Push(site, register, 0) : new Stack.PushRegister16(site, register);
        }
        return in.stackSize() == 8 ? new Stack.Pop(site, register) : new Stack.PopRegister16(site, register);
    }

    private static Op exchangeAccumulator(Insn in, Site site) {
        if (in.opcode == 0x90 && in.repeat == 0xf3) {
            return new Trapped(site, in, 0, 0, (c, op) -> c.env.pause(c));
        }
        return in.opcodeRegister() == Gpr.RAX
                ? new Nothing(site)
                : new Exchanges.ExchangeAccumulator(site, in.opcodeRegister(), in.size());
    }

    private static Op movsxd(Insn in, Site site) {
        if (in.size() == 8) {
            return in.memory ? Loads.signExtended(in, site, 4, 8) : new Loads.Widening(site, in, 4, 8, true);
        }
        return in.memory
                ? Loads.plain(in, site, in.size(), in.reg)
                : Moves.toRegister(site, in.size(), in.reg, in.rm, 0);
    }

    private static Op moveToRm(Insn in, Site site, int size, int src, long imm) {
        return in.memory ? Stores.of(in, site, size, src, imm) : Moves.toRegister(site, size, in.rmOf(size), src, imm);
    }

    private static Op middle(Insn in, Site site) {
        int opcode = in.opcode;
        int size = in.sizeByBit0();
        if (opcode >= 0xb0 && opcode < 0xc0) {
            int width = opcode < 0xb8 ? 1 : in.size();
            int register = in.register(in.opcodeRegister(), width);
            return Moves.toRegister(site, width, register, CpuRegisters.ZERO, in.immediate);
        }
        return switch (opcode) {
            case 0xa0, 0xa1, 0xa2, 0xa3, 0xd7 -> new Accumulator.Absolute(site, in);
            case 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf ->
                in.repeat != 0 ? new RepeatedStrings(site, in) : new Strings(site, in);
            case 0xa8, 0xa9 -> new Compares.TestRegisters(site, Gpr.RAX, CpuRegisters.ZERO, in.immediate, size);
            case 0xc0, 0xc1, 0xd0, 0xd1, 0xd2, 0xd3 -> Shifts.lower(in, site);
            case 0xc2, 0xc3 -> new Jumps.Return(site, in.immediate);
            case 0xc6, 0xc7 ->
                in.group() == 0 ? moveToRm(in, site, size, CpuRegisters.ZERO, in.immediate) : Raise.undefined(site);
            case 0xc8 -> new Stack.Enter(site, in);
            case 0xc9 -> new Stack.Leave(site, in.stackSize());
            case 0xca, 0xcb -> new FarTransfers.Return(site, in);
            case 0xcc -> new Trapped(site, in, Vector.BP, 0, Trapped::interrupt);
            case 0xcd -> new Trapped(site, in, (int) in.immediate & 0xff, 0, Trapped::interrupt);
            case 0xcf -> new FarTransfers.InterruptReturn(site, in);
            default -> Raise.undefined(site);
        };
    }

    private static Op high(Insn in, Site site) {
        int opcode = in.opcode;
        if (opcode < 0xe0) {
            return X87Forms.lower(in, site);
        }
        int port = (int) in.immediate & 0xff;
        long target = in.nextRip() + in.immediate;
        return switch (opcode) {
            case 0xe0, 0xe1, 0xe2, 0xe3 -> new Jumps.Counted(site, in);
            case 0xe4, 0xe5 -> new Trapped(site, in, port, 0, Trapped::in);
            case 0xe6, 0xe7 -> new Trapped(site, in, port, 0, Trapped::out);
            case 0xe8 -> new Jumps.Call(site, target);
            case 0xe9, 0xeb -> new Jumps.Direct(site, target);
            case 0xec, 0xed -> new Trapped(site, in, -1, 0, Trapped::in);
            case 0xee, 0xef -> new Trapped(site, in, -1, 0, Trapped::out);
            case 0xf1 -> new Trapped(site, in, Vector.DB, 0, Trapped::interrupt);
            case 0xf4 -> new Trapped(site, in, 0, 0, (c, op) -> c.env.hlt(c));
            case 0xf5, 0xf8, 0xf9, 0xfc, 0xfd -> new FlagOps.Single(site, in);
            case 0xf6, 0xf7 -> groupThree(in, site, in.sizeByBit0());
            case 0xfa -> new Trapped(site, in, 0, 0, (c, op) -> c.env.cli(c));
            case 0xfb -> new Trapped(site, in, 0, 0, (c, op) -> c.env.sti(c));
            case 0xfe -> in.group() <= 1 ? Unary.increment(in, site, 1, in.group() == 1) : Raise.undefined(site);
            case 0xff -> groupFive(in, site);
            default -> Raise.undefined(site);
        };
    }

    private static Op groupThree(Insn in, Site site, int size) {
        return switch (in.group()) {
            case 0, 1 -> Compares.test(in, site, size, CpuRegisters.ZERO, in.immediate);
            case 2 -> new Unary.Not(site, in, size);
            case 3 -> new Unary.Neg(site, in, size);
            case 4, 5 -> new Multiply.Wide(site, in, size);
            default -> new Divide(site, in, size);
        };
    }

    private static Op groupFive(Insn in, Site site) {
        return switch (in.group()) {
            case 0, 1 -> Unary.increment(in, site, in.size(), in.group() == 1);
            case 2 -> new Jumps.IndirectCall(site, in);
            case 3, 5 -> in.memory ? new FarTransfers.Through(site, in) : Raise.undefined(site);
            case 4 -> new Jumps.Indirect(site, in);
            case 6 -> new Stack.PushGeneral(site, in, in.stackSize(), false);
            default -> Raise.undefined(site);
        };
    }
}
