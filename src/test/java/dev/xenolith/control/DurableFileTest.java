package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

    @TempDir
    Path folder;

    @Test
    void isThereOnlyOnceCommitted() throws IOException {
        Path path = folder.resolve("image");
        try (DurableFile file = new DurableFile(new RealDisk(), path)) {
            file.write(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}));
            assertThat(path).doesNotExist();
            assertThat(file.size()).isEqualTo(3);
            // The digest of "abc" in FIPS 180-2, appendix B.1.
            assertThat(file.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
            file.commit();
        }
        assertThat(path).hasContent("abc");
        assertThat(folder).isDirectoryContaining(path::equals);
    }

    @Test
    void leavesNothingWhereItWasNotCommitted() throws IOException {
        try (DurableFile file = new DurableFile(new RealDisk(), folder.resolve("image"))) {
            file.write(ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(folder).isEmptyDirectory();
    }
}
