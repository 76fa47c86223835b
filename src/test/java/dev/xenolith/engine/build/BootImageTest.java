package dev.xenolith.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.BootImageUnusableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootImageTest {

    private static BootImage read(byte[] file) {
        return BootImage.read(ByteBuffer.wrap(file));
    }

    private static void refuses(byte[] file, String message) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(BootImageUnusableException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsAPlainKernel() {
        BootImage image = read(KernelFixture.plain().build());
        assertThat(image.notes().entry()).isEqualTo(0x100000);
        assertThat(image.notes().initP2m()).isEqualTo(XenNotes.UNSET);
        assertThat(image.elf().end()).isEqualTo(0x103000);
    }

    @Test
    void readsALinuxLikeKernel() {
        XenNotes notes = read(KernelFixture.linuxLike().build()).notes();
        assertThat(notes.initP2m()).isEqualTo(0x8000000000L);
        assertThat(notes.unmappedRamdisk()).isTrue();
        assertThat(notes.virtOffset()).isEqualTo(0xffffffff80000000L);
    }

    @Test
    void readsTheStringsOfOldKernels() {
        KernelFixture old = new KernelFixture();
        old.paddr = 0x100000;
        XenNotes notes = read(old.buildLegacy(
                        "GUEST_OS=Hurd,XEN_VER=xen-3.0,VIRT_BASE=0x100000,HYPERCALL_PAGE=0x2,LOADER=generic,PAE=no"))
                .notes();
        assertThat(notes.virtBase()).isEqualTo(0x100000);
        assertThat(notes.virtOffset()).as("p_paddr holds virtual addresses").isZero();
        assertThat(notes.hypercallPage()).isEqualTo(0x102000);
        assertThat(notes.entry()).as("from the ELF header").isEqualTo(0x100000);
        refuses(new KernelFixture().buildLegacy("LOADER=generic,XEN_VER=xen-3.0,VIRT_BASE=ten"), "a number, got ten");
    }

    @Test
    void refusesAnEmptyFile() {
        refuses(new byte[0], "kernel: expected an ELF file or a bzImage, got an empty file");
    }

    @Test
    void refusesAFileThatIsNoKernel() {
        refuses(
                "#!/bin/sh\necho no\n".getBytes(StandardCharsets.US_ASCII),
                "expected an ELF file or a bzImage, got a file that begins with 0x622f2123");
    }

    @Test
    void refusesAProgramWithoutXenNotes() {
        KernelFixture program = new KernelFixture();
        refuses(
                program.build(),
                "expected notes named Xen, or a section __xen_guest (a paravirtual kernel), got neither");
    }

    @Test
    void refusesAThirtyTwoBitKernel() {
        KernelFixture kernel = KernelFixture.plain();
        kernel.machine = 3;
        kernel.elfClass = 1;
        refuses(kernel.build(), "kernel ELF machine: expected x86-64 (62)");
    }

    @Test
    void refusesAnEntryOutsideTheKernel() {
        KernelFixture kernel = KernelFixture.plain().note(1, 0x200000L);
        refuses(kernel.build(), "expected VIRT_BASE <= start <= ENTRY <= end");
    }

    @Test
    void refusesAKernelForAnotherXen() {
        refuses(KernelFixture.plain().note(5, "xen-2.0").build(), "expected xen-3.0, got \"xen-2.0\"");
    }

    @Test
    void refusesARequiredFeatureThatOnlyDom0Has() {
        refuses(KernelFixture.plain().note(10, "writable_page_tables|!dom0").build(), "got dom0");
    }

    @Test
    void acceptsARequiredFeatureThatDomainsHave() {
        assertThatCode(() -> read(KernelFixture.plain()
                        .note(10, "!writable_page_tables|pae_pgdir_above_4gb")
                        .build()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesASegmentSmallerThanItsBytes() {
        KernelFixture kernel = KernelFixture.plain();
        kernel.memoryBytes = 1;
        refuses(kernel.build(), "file size at most memory size");
    }

    @Test
    void refusesEveryTruncationCleanly() {
        byte[] whole = KernelFixture.linuxLike().build();
        for (int size = 0; size < whole.length; size += size < 512 ? 1 : 97) {
            byte[] cut = Arrays.copyOf(whole, size);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(BootImageUnusableException.class);
        }
    }

    @Test
    void neverFailsOtherwiseThanByRefusing() {
        byte[] whole = KernelFixture.linuxLike().build();
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] bent = Arrays.copyOf(whole, 600 + 0x1000);
            for (int j = 0; j < 3; j++) {
                bent[random.nextInt(600)] = (byte) random.nextInt();
            }
            try {
                read(bent).layout(0, 8192);
            } catch (BootImageUnusableException expected) {
                assertThat(expected).hasMessageContaining("expected");
            }
        }
    }

    @Test
    void readsAPlainElfPayloadOfABzImage() {
        byte[] kernel = KernelFixture.plain().build();
        assertThat(read(KernelFixture.bzImage(kernel, kernel.length)).notes().entry())
                .isEqualTo(0x100000);
    }

    @Test
    void refusesABzImageWhosePayloadReachesPastItsEnd() {
        byte[] image = KernelFixture.bzImage(KernelFixture.plain().build(), 1);
        refuses(Arrays.copyOf(image, image.length - 100), "bzImage payload");
    }
}
