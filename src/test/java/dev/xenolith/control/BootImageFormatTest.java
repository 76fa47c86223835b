package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootImageFormatTest {

    @ParameterizedTest
    @CsvSource({
        "7f454c46, ELF",
        "303730373031, CPIO",
        "1f8b08, GZIP",
        "fd377a585a00, XZ",
        "28b52ffd, ZSTD",
        "02214c18, LZ4",
        "04224d18, LZ4",
        "7f454c, UNKNOWN",
        "4d5a, UNKNOWN",
    })
    void knowsAFileByItsFirstBytes(String hex, BootImageFormat format) {
        assertThat(BootImageFormat.of(HexFormat.of().parseHex(hex))).isEqualTo(format);
    }

    @Test
    void knowsAKernelByItsSetupHeader() {
        byte[] head = new byte[1024];
        System.arraycopy("HdrS".getBytes(StandardCharsets.US_ASCII), 0, head, 0x202, 4);

        assertThat(BootImageFormat.of(head)).isEqualTo(BootImageFormat.BZIMAGE);
        assertThat(BootImageFormat.of(new byte[0])).isEqualTo(BootImageFormat.UNKNOWN);
    }
}
