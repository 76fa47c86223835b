package dev.xenolith.engine.cpu;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Instructions whose operands are implied or must be chosen with care: bytes, and what to set before. */
final class SpecialForms {
    /** The page boundary in the middle of the data. */
    private static final int MIDDLE = HostProcessor.DATA + 4096;

    record Special(String name, String hex, int undefined, BiConsumer<Setup, RandomGenerator> setup) {}

    /** What a set-up may change. */
    record Setup(long[] gpr, ProcessorState state, HostProcessor host) {
        void pointer(int register, long offset) {
            gpr[register] = host.base() + offset;
        }

        void stack(int slot, long value) {
            host.memory.set(CpuMemory.LONG, HostProcessor.STACK + 0x800 + 8L * slot, value);
        }

        long end(int length) {
            return host.base() + HostProcessor.SNIPPET + length;
        }
    }

    private static final int ALL_FLAGS = Rflags.ARITHMETIC;
    private static final int STICKY = Rflags.ARITHMETIC | Rflags.ID | Rflags.DF;

    private SpecialForms() {}

    private static Special of(String name, String hex, int undefined, BiConsumer<Setup, RandomGenerator> setup) {
        return new Special(name, hex, undefined, setup);
    }

    private static Special string(String name, String hex) {
        return of(name, hex, 0, (s, random) -> {
            int distance = random.nextBoolean() ? random.nextInt(-40, 40) : random.nextInt(-900, 900);
            s.pointer(Gpr.RDI, MIDDLE + random.nextInt(-64, 64));
            s.pointer(Gpr.RSI, s.gpr[Gpr.RDI] - s.host.base() + distance);
            s.gpr[Gpr.RCX] = random.nextInt(40);
            s.gpr[Gpr.RAX] = random.nextBoolean() ? 0 : s.gpr[Gpr.RAX];
            s.state.flags |= random.nextInt(4) == 0 ? Rflags.DF : 0;
            // Runs of equal bytes make the comparing ones go on for a while.
            for (int i = -20; i < 20; i++) {
                if (random.nextBoolean()) {
                    s.host.memory.set(CpuMemory.LONG, MIDDLE + 8L * i, random.nextBoolean() ? 0 : s.gpr[Gpr.RAX]);
                }
            }
        });
    }

    private static Special divide(String name, String hex, int bytes, boolean signed) {
        return of(name, hex, ALL_FLAGS, (s, random) -> {
            int bits = 8 * bytes;
            long divisor = s.gpr[Gpr.RBX] & -1L >>> (64 - bits);
            if (divisor == 0) {
                divisor = 3;
            }
            long limit = signed ? Math.max(1, Math.abs(CpuRegisters.signExtend(divisor, bytes)) >>> 2) : divisor;
            long high = limit == 0 || limit == 1 ? 0 : Long.remainderUnsigned(random.nextLong(), limit);
            long low = limit == 1 && signed ? random.nextInt(100) : random.nextLong();
            s.gpr[Gpr.RBX] = (s.gpr[Gpr.RBX] & ~(-1L >>> (64 - bits))) | divisor;
            if (bytes == 1) {
                s.gpr[Gpr.RAX] = (s.gpr[Gpr.RAX] & ~0xffffL) | high << 8 | (low & 0xff);
            } else {
                s.gpr[Gpr.RDX] = high;
                s.gpr[Gpr.RAX] = low;
            }
        });
    }

    private static Special plain(String name, String hex) {
        return of(name, hex, 0, (s, random) -> {});
    }

    static List<Special> all() {
        return Stream.of(strings(), divisions(), branches(), stack())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Special> strings() {
        return List.of(
                string("movsb", "a4"),
                string("movsw", "66a5"),
                string("movsd", "a5"),
                string("movsq", "48a5"),
                string("stosb", "aa"),
                string("stosq", "48ab"),
                string("lodsb", "ac"),
                string("lodsw", "66ad"),
                string("lodsd", "ad"),
                string("scasb", "ae"),
                string("scasd", "af"),
                string("cmpsb", "a6"),
                string("cmpsq", "48a7"),
                string("rep movsb", "f3a4"),
                string("rep movsw", "f366a5"),
                string("rep movsd", "f3a5"),
                string("rep movsq", "f348a5"),
                string("rep stosb", "f3aa"),
                string("rep stosw", "66f3ab"),
                string("rep stosd", "f3ab"),
                string("rep stosq", "f348ab"),
                string("rep lodsb", "f3ac"),
                string("repe cmpsb", "f3a6"),
                string("repne cmpsb", "f2a6"),
                string("repe cmpsd", "f3a7"),
                string("repe cmpsq", "f348a7"),
                string("repe scasb", "f3ae"),
                string("repne scasb", "f2ae"),
                string("repne scasw", "f266af"),
                string("repe scasq", "f348af"),
                string("rep movsb 32", "67f3a4"),
                string("rep stosd 32", "67f3ab"));
    }

    private static List<Special> divisions() {
        return List.of(
                divide("div8", "f6f3", 1, false),
                divide("div16", "66f7f3", 2, false),
                divide("div32", "f7f3", 4, false),
                divide("div64", "48f7f3", 8, false),
                divide("idiv8", "f6fb", 1, true),
                divide("idiv16", "66f7fb", 2, true),
                divide("idiv32", "f7fb", 4, true),
                divide("idiv64", "48f7fb", 8, true));
    }

    private static List<Special> branches() {
        return List.of(
                plain("jmp", "eb02b355"),
                plain("call", "e800000000"),
                plain("jmp32", "e9020000005058"),
                plain("loop", "e202b355"),
                plain("loope", "e102b355"),
                plain("loopne", "e002b355"),
                plain("jrcxz", "e302b355"),
                plain("jecxz", "67e302b355"),
                plain("loop32", "67e202b355"),
                of("loop near zero", "e202b355", 0, (s, random) -> s.gpr[Gpr.RCX] = random.nextInt(3)),
                of("jrcxz zero", "e302b355", 0, (s, random) -> s.gpr[Gpr.RCX] = random.nextInt(2)),
                of("jmp r", "ffe3b355", 0, (s, random) -> s.gpr[Gpr.RBX] = s.end(4 - 2 * random.nextInt(2))),
                of("call r", "41ffd2b355", 0, (s, random) -> s.gpr[Gpr.R10] = s.end(5 - 2 * random.nextInt(2))),
                of("ret", "c3b355", 0, (s, random) -> s.stack(0, s.end(3 - 2 * random.nextInt(2)))),
                of("ret imm", "c21000b355", 0, (s, random) -> s.stack(0, s.end(3))));
    }

    private static List<Special> stack() {
        return List.of(
                of("popf", "9d", 0, (s, random) -> s.stack(0, 0x202 | (random.nextInt() & STICKY))),
                of("popfw", "669d", 0, (s, random) -> s.stack(0, 0x202 | (random.nextInt() & STICKY))),
                of("pushfw", "669c", 0, (s, random) -> {}),
                of(
                        "leave",
                        "c9",
                        0,
                        (s, random) -> s.pointer(Gpr.RBP, HostProcessor.STACK + 0x700 + random.nextInt(256))),
                of(
                        "leavew",
                        "66c9",
                        0,
                        (s, random) -> s.pointer(Gpr.RBP, HostProcessor.STACK + 0x700 + random.nextInt(256))),
                of("enter", "c8200000", 0, (s, random) -> {}),
                of("enter 1", "c8200001", 0, (s, random) -> s.pointer(Gpr.RBP, HostProcessor.STACK + 0x900)),
                of("enter 3", "c8100003", 0, (s, random) -> s.pointer(Gpr.RBP, HostProcessor.STACK + 0x900)),
                of("push rsp", "54", 0, (s, random) -> {}),
                of("pop [rsp+8]", "8f442408", 0, (s, random) -> {}),
                of("push [rsp+8]", "ff742408", 0, (s, random) -> {}),
                of("xlat", "d7", 0, (s, random) -> s.pointer(Gpr.RBX, MIDDLE - (s.gpr[Gpr.RAX] & 0xff))));
    }
}
