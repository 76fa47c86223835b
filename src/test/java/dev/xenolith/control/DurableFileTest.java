package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DurableFileTest {

    private static final int LARGE = 2 << 20;

    @TempDir
    Path folder;

    private final Random random = new Random(9);

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

    /** Whole blocks in a row, then less than a block, then whole ones that no longer lie on a block's boundary. */
    @ParameterizedTest
    @EnumSource
    void aLargeFileHoldsEveryByteWhicheverWayItWent(Uncached uncached) throws Exception {
        Path path = folder.resolve("image");
        UncachedDisk disk = new UncachedDisk(uncached);
        MessageDigest given = DurableFile.sha256Digest();
        try (DurableFile file = DurableFile.large(disk, path)) {
            for (int length : new int[] {LARGE, LARGE, 1000, LARGE, LARGE}) {
                ByteBuffer bytes = random(length);
                given.update(bytes.duplicate());
                file.write(bytes);
            }
            file.commit();
        }
        assertThat(DurableFile.sha256Digest().digest(Files.readAllBytes(path))).isEqualTo(given.digest());
        assertThat(disk.uncachedWrites).as("whole blocks, as long as it works").isEqualTo(disk.expectedWrites());
    }

    @Test
    void aFullDiskIsToldWhicheverWayWasTried() throws IOException {
        UncachedDisk disk = new UncachedDisk(Uncached.FAILS);
        try (DurableFile file = DurableFile.large(disk, folder.resolve("image"))) {
            file.write(random(LARGE));
            disk.full = true;
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> file.write(random(LARGE)))
                    .havingRootCause()
                    .withMessage("disk full");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private ByteBuffer random(int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return ByteBuffer.allocateDirect(LARGE + 4096)
                .alignedSlice(4096)
                .slice(0, bytes)
                .put(some)
                .flip();
    }

    /** What becomes of the way past the page cache. */
    enum Uncached {
        WORKS,
        UNKNOWN,
        ODD,
        FAILS
    }

    private static final class UncachedDisk extends RealDisk {
        private final Uncached uncached;
        private @Nullable FileChannel channel;
        int uncachedWrites;
        boolean full;

        UncachedDisk(Uncached uncached) {
            this.uncached = uncached;
        }

        /** The two blocks before the short one; none after a failure. */
        int expectedWrites() {
            return channel == null ? 0 : uncached == Uncached.FAILS ? 1 : 2;
        }

        @Override
        public int blockBytes(Path path) throws IOException {
            return uncached == Uncached.ODD ? 3000 : super.blockBytes(path);
        }

        @Override
        public @Nullable FileChannel openUncached(Path path) {
            channel = uncached == Uncached.UNKNOWN ? null : super.openUncached(path);
            return channel;
        }

        @Override
        public void write(FileChannel file, ByteBuffer bytes) throws IOException {
            if (file.equals(channel)) {
                uncachedWrites++;
            }
            if (full || (file.equals(channel) && uncached == Uncached.FAILS)) {
                throw new IOException("disk full");
            }
            super.write(file, bytes);
        }
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
