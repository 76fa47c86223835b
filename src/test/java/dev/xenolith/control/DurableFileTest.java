package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

    @TempDir
    Path folder;

    @Test
    void isThereOnlyOnceCommitted() throws IOException {
        Path path = folder.resolve("image");
        try (DurableFile file = DurableFile.digested(new RealDisk(), path)) {
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
        try (DurableFile file = DurableFile.of(new RealDisk(), folder.resolve("image"))) {
            file.write(ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void isOnItsWayToTheDiskBeforeAllIsWritten() throws IOException {
        ForcedDisk disk = new ForcedDisk(Integer.MAX_VALUE);
        try (DurableFile file = DurableFile.of(disk, folder.resolve("image"))) {
            file.write(ByteBuffer.allocate((int) WriteBehind.STRIDE_BYTES));
            file.write(ByteBuffer.allocate(1));
            file.commit();
        }
        assertThat(disk.forces).hasValue(2);
    }

    /** The system tells of a failure once: the last force succeeds, and yet the bytes are not there. */
    @Test
    void isNotCommittedWhereTheDiskFailedOnTheWay() throws IOException {
        Path path = folder.resolve("image");
        try (DurableFile file = DurableFile.of(new ForcedDisk(1), path)) {
            file.write(ByteBuffer.allocate((int) WriteBehind.STRIDE_BYTES));
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(file::commit)
                    .havingRootCause()
                    .withMessage("force 1 fails");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static final class ForcedDisk extends RealDisk {
        private final int failing;
        final AtomicInteger forces = new AtomicInteger();

        ForcedDisk(int failing) {
            this.failing = failing;
        }

        @Override
        public void force(FileChannel file) throws IOException {
            if (forces.incrementAndGet() == failing) {
                throw new IOException("force " + failing + " fails");
            }
            super.force(file);
        }
    }
}
