package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Instruction lengths over whole programs, against {@code objdump -d}: /bin/sh, and the ELF files that {@code
 * XENOLITH_VMLINUX} names (separated as in PATH), which is meant for a vmlinux and a busybox.
 */
class DecodeLengthTest {
    private static final int MAX_REPORTED = 50;

    /** Instruction sets that are not offered, and what is no instruction: their length is nobody's business. */
    private static final String SKIPPED = "\\(bad\\)|v.*|k(mov|or|test|and|unpck|xnor|xor|add|not|shift)[a-z]*"
            + "|andn|bextr|bls.*|mulx|pdep|pext|rorx|sarx|shlx|shrx|bzhi|.*tile.*|tdp.*|\\.byte|rex.*|data16|addr32|lock|rep.*";

    private final TestGuest guest = new TestGuest();
    private final CodeFetch fetch = new CodeFetch(guest.cpu);
    private final Decoder decoder = new Decoder(fetch);
    private final Insn insn = new Insn();
    private final List<String> wrong = new ArrayList<>();
    private final TreeMap<String, Integer> undefined = new TreeMap<>();
    private int compared;

    @Test
    void agreesWithObjdump() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/objdump")), "needs objdump of binutils");
        List<String> files = new ArrayList<>();
        String named = System.getenv("XENOLITH_VMLINUX");
        files.addAll(named == null ? List.of() : List.of(named.split(File.pathSeparator, -1)));
        files.add("/bin/sh");
        for (String file : files) {
            compare(file);
        }
        System.out.println("decode lengths: " + compared + " instructions; refused as #UD: " + undefined);
        assertThat(wrong).isEmpty();
        assertThat(compared).isPositive();
    }

    private void compare(String file) throws IOException {
        Process objdump = new ProcessBuilder("/usr/bin/objdump", "-d", "-w", "--insn-width=15", file)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(objdump.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split("\t", -1);
                if (cells.length == 3 && cells[0].endsWith(":") && wrong.size() < MAX_REPORTED) {
                    one(cells[1].strip(), cells[2].strip());
                }
            }
        }
    }

    private void one(String hex, String text) {
        String mnemonic = text.split("\\s+", 2)[0];
        boolean waitAndMore = hex.startsWith("9b "); // objdump joins FWAIT and FNINIT to FINIT.
        if (waitAndMore || mnemonic.matches(SKIPPED)) {
            return;
        }
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        guest.ram.asSlice(TestGuest.CODE_HOST, 32).fill((byte) 0x90);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, guest.ram, TestGuest.CODE_HOST, bytes.length);
        fetch.startBlock(TestGuest.CODE, TestGuest.CODE_HOST);
        decoder.decode(insn);
        compared++;
        if (insn.opcode == Insn.INVALID) {
            undefined.merge(mnemonic, 1, Integer::sum);
        } else if (insn.length != bytes.length) {
            wrong.add("%s: %s: expected %d, got %d".formatted(hex, text, bytes.length, insn.length));
        } else if (isRefused()) {
            undefined.merge(mnemonic, 1, Integer::sum);
        }
    }

    private boolean isRefused() {
        Block block = new Block(TestGuest.CODE, TestGuest.CODE_HOST);
        Op op = Lowering.lower(insn, new Site(null, block, insn.va, insn.nextRip(), 0, true));
        return op instanceof Raise;
    }
}
