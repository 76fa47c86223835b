package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random bytes as code: nothing but guest exceptions comes of it, and where a run is cut into slices does not show, not in
 * registers, memory, nor in the exceptions on the way. Writable code makes this a test of self-modification as well.
 */
class RandomCodeTest {
    private static final int ROUNDS = Integer.getInteger("xenolith.random.rounds", 60);
    private static final int INSTRUCTIONS = 4_000;

    /** First bytes of common instructions, so that runs get longer than two. */
    private static final int[] LIKELY = {
        0x01, 0x03, 0x29, 0x31, 0x39, 0x83, 0x85, 0x88, 0x89, 0x8b, 0x8d, 0xff, 0x40, 0x48, 0x4c, 0x50, 0x58, 0x66,
        0x70, 0x74, 0x75, 0xeb, 0xf7, 0x0f, 0xc1, 0xd3, 0x81, 0xa4, 0xf3, 0xaa, 0x90, 0x13
    };

    @Test
    void survivesAndDoesNotShowWhereRunsAreCut() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            try (TestGuest whole = guest(seed);
                    TestGuest cut = guest(seed)) {
                whole.cpu.run(INSTRUCTIONS);
                SplittableRandom slices = new SplittableRandom(seed);
                int left = INSTRUCTIONS;
                while (left > 0) {
                    int slice = Math.min(left, slices.nextInt(1, 30));
                    assertThat(cut.cpu.run(slice)).isEqualTo(slice);
                    left -= slice;
                }
                assertThat(cut.env.calls).as("seed %d", seed).isEqualTo(whole.env.calls);
                assertThat(cut.cpu.snapshot())
                        .as("seed %d", seed)
                        .usingRecursiveComparison()
                        .ignoringFieldsMatchingRegexes("fpu\\.(lo|hi|byteMask|environment|pending.*|soft.*)")
                        .isEqualTo(whole.cpu.snapshot());
                assertThat(cut.ram.mismatch(whole.ram)).as("seed %d", seed).isEqualTo(-1);
            }
        }
    }

    private static TestGuest guest(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TestGuest guest = new TestGuest();
        for (long i = 0; i < 16 * 4096; i++) {
            int b = random.nextInt(3) > 0 ? LIKELY[random.nextInt(LIKELY.length)] : random.nextInt(256);
            guest.ram.set(CpuMemory.BYTE, TestGuest.CODE_HOST + i, (byte) b);
            guest.ram.set(CpuMemory.BYTE, TestGuest.DATA_HOST + i, (byte) random.nextInt());
        }
        guest.env.descriptors.put(0x30, 0x00af_fb00_0000_ffffL);
        guest.env.descriptors.put(0x28, 0x00cf_f300_0000_ffffL);
        guest.env.onException = RandomCodeTest::goOnElsewhere;
        guest.env.onHalt = RandomCodeTest::goOnElsewhere;
        goOnElsewhere(guest.cpu);
        return guest;
    }

    /** New registers that often point to memory, derived from the old ones and from rip alone. */
    private static void goOnElsewhere(Cpu cpu) {
        SplittableRandom random = new SplittableRandom(cpu.rip() * 31 + cpu.gpr(Gpr.RAX) + cpu.gpr(Gpr.RCX));
        for (int i = 0; i < 16; i++) {
            long region = random.nextInt(4) == 0 ? TestGuest.CODE : TestGuest.DATA;
            cpu.setGpr(i, random.nextInt(4) == 0 ? random.nextInt(64) : region + random.nextInt(16 * 4096));
        }
        cpu.setGpr(Gpr.RSP, TestGuest.STACK - 512 + 8L * random.nextInt(32));
        cpu.setRflags(0x202 | (random.nextInt() & Rflags.ARITHMETIC));
        cpu.setTaskSwitched(random.nextInt(8) == 0);
        cpu.setRip(TestGuest.CODE + random.nextInt(16 * 4096));
    }
}
