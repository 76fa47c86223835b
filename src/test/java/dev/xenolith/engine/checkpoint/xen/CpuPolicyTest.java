package dev.xenolith.engine.checkpoint.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.domain.CpuidLeaf;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.CpuidPolicy.Leaf;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.MsrPolicy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image promised its guest is kept, or the image is refused: bit by bit. */
class CpuPolicyTest {

    private static final int SSE3 = 1;
    private static final int MONITOR = 1 << 3;
    private static final int SSSE3 = 1 << 9;
    private static final int CMPXCHG16B = 1 << 13;
    private static final int XSAVE = 1 << 26;
    private static final int SSE2 = 1 << 26;

    @TempDir
    Path folder;

    @Test
    void keepsThePromiseOfSse3() throws IOException {
        CpuPolicy policy = promising(SSE3 | CMPXCHG16B);

        policy.check();
        assertThat(policy.missing()).isEmpty();
        assertThat(policy.answers()).containsExactly(features(SSE3 | CMPXCHG16B));
    }

    @Test
    void offersNoMoreThanWasPromised() throws IOException {
        assertThat(promising(CMPXCHG16B).answers()).containsExactly(features(CMPXCHG16B));
    }

    @Test
    void refusesWhatOurCpuLacksAndNamesIt() throws IOException {
        CpuPolicy policy = promising(SSE3 | MONITOR | SSSE3);

        assertThat(policy.missing()).containsExactly("MONITOR (CPUID 0x1.ecx bit 3)", "SSSE3 (CPUID 0x1.ecx bit 9)");
        assertThatExceptionOfType(ImageIncompatibleException.class)
                .isThrownBy(policy::check)
                .withMessageContaining("SSSE3");
    }

    @Test
    void hidesWhatOurCpuLacksFromAGuestThatNeverLooked() throws IOException {
        CpuPolicy policy = promising(SSE3 | SSSE3 | XSAVE);

        policy.check();
        assertThat(policy.answers()).containsExactly(features(SSE3));
    }

    @Test
    void refusesAnMsrPolicyThatIsNotZero() throws IOException {
        SyntheticImage image = new SyntheticImage(600)
                .staticData(writer -> SyntheticImage.libxc(
                        writer,
                        LibxcRecord.X86_MSR_POLICY,
                        new MsrPolicy(List.of(new MsrPolicy.Msr(0xce, 0, 1))).encode()));

        assertThatExceptionOfType(ImageIncompatibleException.class)
                .isThrownBy(policy(image)::check)
                .withMessageContaining("MSR 0xce");
    }

    private CpuPolicy promising(int ecx) throws IOException {
        Leaf leaf = new Leaf(1, CpuidLeaf.ANY_SUBLEAF, 0, 0, ecx, SSE2);
        return policy(new SyntheticImage(600)
                .staticData(writer -> SyntheticImage.libxc(
                        writer, LibxcRecord.X86_CPUID_POLICY, new CpuidPolicy(List.of(leaf)).encode())));
    }

    private CpuPolicy policy(SyntheticImage image) throws IOException {
        try (FileChannel channel = image.write(folder.resolve("image"))) {
            return new CpuPolicy(XenImage.open(channel, 4000));
        }
    }

    private static CpuidLeaf features(int ecx) {
        return new CpuidLeaf(1, CpuidLeaf.ANY_SUBLEAF, 0, 0, ecx, SSE2);
    }
}
