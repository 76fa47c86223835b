package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each instruction form with random operands, against the processor this test runs on: registers, defined flags and memory
 * must come out the same.
 *
 * <p>{@code -Dxenolith.oracle.cases=N} asks for more cases a form, {@code -Dxenolith.oracle.seed=N} for others.
 */
class OracleTest {
    private static final int CASES = Integer.getInteger("xenolith.oracle.cases", 300);
    private static final long SEED = Long.getLong("xenolith.oracle.seed", 42);
    private static final int MAX_REPORTED = 20;
    private static final int COMPARED_FLAGS = Rflags.ARITHMETIC | Rflags.DF | Rflags.ID;

    private HostProcessor host;
    private InterpretedProcessor interpreted;
    private RandomCase random;
    private SplittableRandom dice;
    private final ProcessorState expected = new ProcessorState();
    private final ProcessorState actual = new ProcessorState();
    private final List<String> differences = new ArrayList<>();

    @BeforeEach
    void open() {
        assumeTrue(HostProcessor.available(), "the oracle needs an x86-64 Linux host");
        host = HostProcessor.open();
        interpreted = new InterpretedProcessor(host);
        dice = new SplittableRandom(SEED);
        random = new RandomCase(dice, host.base);
        for (long i = 0; i < HostProcessor.DATA_BYTES; i += 8) {
            host.memory.set(CpuMemory.LONG, HostProcessor.DATA + i, random.value());
        }
        interpreted.copyMemory();
    }

    @AfterEach
    void close() {
        if (interpreted != null) {
            interpreted.close();
        }
    }

    @Test
    void agreesOnEveryIntegerForm() {
        for (Form form : IntegerForms.all()) {
            for (int i = 0; i < CASES && differences.size() < MAX_REPORTED; i++) {
                one(form, i % 8 == 0);
            }
        }
        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void agreesOnInstructionsWithImpliedOperands() {
        for (SpecialForms.Special special : SpecialForms.all()) {
            byte[] snippet = HexFormat.of().parseHex(special.hex());
            for (int i = 0; i < 4 * CASES && differences.size() < MAX_REPORTED; i++) {
                random.restart();
                special.setup().accept(new SpecialForms.Setup(random.state.gpr, random.state, host), dice);
                interpreted.copyMemory();
                compare(special.name(), snippet, 1, i % 8 == 0, special.undefined());
            }
        }
        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void agreesOnEveryVectorForm() {
        fpuForms(VectorForms.sse(), 200);
    }

    @Test
    void agreesOnX87Forms() {
        fpuForms(VectorForms.x87(), 200);
    }

    private void fpuForms(List<Form> forms, int atLeast) {
        assertThat(forms.size()).isGreaterThan(atLeast);
        for (Form form : forms) {
            for (int i = 0; i < CASES / 6 && differences.size() < MAX_REPORTED; i++) {
                random.restartFpu();
                one(form, i % 8 == 0);
            }
        }
        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    /** Runs of register instructions: what the block builder drops, fuses and keeps of the flags. */
    @Test
    void agreesOnSequences() {
        List<Form> forms = IntegerForms.all().stream()
                .filter(form -> form.has('E') && form.undefined() == 0 && !form.has('s') && !form.has('i'))
                .map(Form::ofRegisters)
                .toList();
        for (int i = 0; i < 100 * CASES && differences.size() < MAX_REPORTED; i++) {
            random.restart();
            int length = dice.nextInt(2, 9);
            boolean legal = true;
            for (int n = 0; n < length && legal; n++) {
                legal = random.append(forms.get(dice.nextInt(forms.size())));
            }
            random.state.gpr[Gpr.RSP] = host.base + HostProcessor.STACK + 0x800;
            if (legal) {
                int condition = dice.nextInt(16);
                random.appendBytes(0x70 | condition, 2, 0xb3, 0x55);
                compare("sequence", random.bytes(), length + 1, i % 8 == 0, 0);
            }
        }
        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    private void one(Form form, boolean alone) {
        random.restart();
        if (!random.append(form)) {
            return;
        }
        random.state.gpr[Gpr.RSP] = host.base + HostProcessor.STACK + 0x800;
        if (random.undefined == -1) {
            return;
        }
        compare(form.name(), random.bytes(), 1, alone, random.undefined);
    }

    private void compare(String name, byte[] snippet, int instructions, boolean alone, int undefined) {
        interpreted.run(snippet, instructions, alone, random.state, actual);
        if (!interpreted.reachedEnd()) {
            // What the interpreter refuses might end this process, so the host never sees it.
            differences.add(
                    "%s [%s] not run: %s".formatted(name, HexFormat.of().formatHex(snippet), interpreted.env.calls));
            interpreted.copyMemory();
            return;
        }
        host.run(snippet, random.state, expected);
        StringBuilder difference = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            if (expected.gpr[i] != actual.gpr[i]) {
                difference.append(" r%d expected %x got %x".formatted(i, expected.gpr[i], actual.gpr[i]));
            }
        }
        fpuDifference(difference);
        long flags = (expected.flags ^ actual.flags) & COMPARED_FLAGS & ~undefined;
        if (flags != 0) {
            difference.append(" flags %x: expected %x got %x".formatted(flags, expected.flags, actual.flags));
        }
        if (interpreted.memoryMismatch() >= 0) {
            difference.append(" memory at %x".formatted(interpreted.memoryMismatch()));
            interpreted.copyMemory();
        }
        if (!difference.isEmpty()) {
            differences.add("%s [%s] before %s flags %x:%s"
                    .formatted(
                            name,
                            HexFormat.of().formatHex(snippet),
                            Arrays.stream(random.state.gpr)
                                    .mapToObj(Long::toHexString)
                                    .toList(),
                            random.state.flags,
                            difference));
        }
    }

    /** Left out are FOP, FIP and FDP, which are recorded at other times by other processors, and what MXCSR may hold. */
    private void fpuDifference(StringBuilder difference) {
        for (int i = 0; i < FxsaveImage.WRITTEN; i++) {
            boolean ours = i < 6 || (i >= 24 && i < 28) || i >= 32;
            if (expected.fx[i] != actual.fx[i] && ours) {
                difference.append(" fx+%d expected %02x got %02x".formatted(i, expected.fx[i], actual.fx[i]));
            }
        }
    }
}
