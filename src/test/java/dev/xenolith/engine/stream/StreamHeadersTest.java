package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The headers of the three layers against bytes written down by hand from the specifications. */
class StreamHeadersTest {

    private static final String XL_MAGIC = "58656e20 73617665 6420646f 6d61696e 2c20786c 20666f72 6d61740a 2000200d";

    private static final String XL = XL_MAGIC + "04030201 03000000 00000000 08000000" + "04000000 7b7d0a00";

    private static final String LIBXL = "4c6962786c466d74 00000002 00000000";

    private static final String IMAGE = "ffffffffffffffff 58454e46 00000003 0000 0000 00000000";

    private static final String DOMAIN = "01000000 0c00 0000 04000000 11000000";

    @Test
    void writesTheXlHeaderOfAJsonConfiguration() {
        assertThat(ImageFile.hex(XlHeader.of(new byte[] {'{', '}', '\n'}).encode()))
                .isEqualTo(plain(XL));
    }

    @Test
    void readsTheXlHeaderAndGivesTheConfigurationBackWithoutItsNul() {
        read(XL, image -> {
            XlHeader header = XlHeader.decode(image, 0);
            assertThat(header.configuration()).isEqualTo(new byte[] {'{', '}', '\n'});
            assertThat(header.json()).isTrue();
            assertThat(ImageFile.hex(header.encode())).isEqualTo(plain(XL));
        });
    }

    @Test
    void writesAnXlHeaderWithoutConfigurationAsXlDoes() {
        XlHeader header = XlHeader.of(new byte[0]);

        assertThat(header.mandatoryFlags()).isEqualTo(XlHeader.FLAG_STREAM_V2);
        assertThat(header.optionalData()).isEqualTo(new byte[4]);
        assertThat(header.configuration()).isEmpty();
    }

    @Test
    void refusesAnXlHeaderOfAnotherByteOrderFlagOrStream() {
        incompatible(XL.replace("04030201", "01020304"), image -> XlHeader.decode(image, 0), "big-endian");
        incompatible(XL.replace("03000000", "07000000"), image -> XlHeader.decode(image, 0), "flags 0x4");
        incompatible(XL.replace("03000000", "01000000"), image -> XlHeader.decode(image, 0), "legacy");
        corrupt(XL.replace("04030201", "04030202"), image -> XlHeader.decode(image, 0), 32);
    }

    @Test
    void refusesAnXlHeaderWhoseConfigurationIsLongerThanItsData() {
        corrupt(XL.replace("04000000 7b7d", "05000000 7b7d"), image -> XlHeader.decode(image, 0), 48);
        corrupt(XL.replace("08000000", "ffffffff"), image -> XlHeader.decode(image, 0), 44);
        corrupt(XL.replace("08000000", "09000000"), image -> XlHeader.decode(image, 0), 48);
    }

    @Test
    void writesAndReadsTheLibxlHeader() {
        assertThat(ImageFile.hex(LibxlHeader.current().encode())).isEqualTo(plain(LIBXL));
        read(LIBXL, image -> assertThat(LibxlHeader.decode(image, 0)).isEqualTo(new LibxlHeader(2, 0)));
    }

    @Test
    void refusesALibxlHeaderOfAnotherIdentVersionOrOrder() {
        corrupt(LIBXL.replace("4c69", "4c68"), image -> LibxlHeader.decode(image, 0), 0);
        incompatible(LIBXL.replace("00000002", "00000003"), image -> LibxlHeader.decode(image, 0), "version 3");
        incompatible(LIBXL.replace("02 00000000", "02 00000001"), image -> LibxlHeader.decode(image, 0), "big-endian");
    }

    @Test
    void writesAndReadsTheImageHeader() {
        assertThat(ImageFile.hex(ImageHeader.current().encode())).isEqualTo(plain(IMAGE));
        read(IMAGE, image -> assertThat(ImageHeader.decode(image, 0)).isEqualTo(new ImageHeader(3, 0)));
        read(
                IMAGE.replace("00000003", "00000002"),
                image -> assertThat(ImageHeader.decode(image, 0).version()).isEqualTo(2));
    }

    @Test
    void refusesAnImageHeaderOfAnotherIdVersionOrOrder() {
        corrupt(IMAGE.replace("ffffffff 58", "fffffffe 58"), image -> ImageHeader.decode(image, 0), 0);
        corrupt(IMAGE.replace("58454e46", "00000000"), image -> ImageHeader.decode(image, 0), 8);
        incompatible(IMAGE.replace("00000003", "00000001"), image -> ImageHeader.decode(image, 0), "version 1");
        incompatible(IMAGE.replace("00000003", "00000004"), image -> ImageHeader.decode(image, 0), "version 4");
        incompatible(IMAGE.replace("03 0000", "03 0001"), image -> ImageHeader.decode(image, 0), "big-endian");
    }

    @Test
    void saysWhatItExpectedAndGot() {
        read(
                IMAGE.replace("58454e46", "00000000"),
                image -> assertThatExceptionOfType(ImageCorruptException.class)
                        .isThrownBy(() -> ImageHeader.decode(image, 0))
                        .withMessage("IMAGE_HEADER at offset 8: expected id 0x58454e46, got 0x0"));
    }

    @Test
    void writesAndReadsTheDomainHeader() {
        assertThat(ImageFile.hex(DomainHeader.x86Pv(4, 17).encode())).isEqualTo(plain(DOMAIN));
        read(DOMAIN, image -> assertThat(DomainHeader.decode(image, 0)).isEqualTo(new DomainHeader(1, 12, 4, 17)));
    }

    @Test
    void refusesADomainHeaderOfAnotherTypeOrPageSize() {
        incompatible(DOMAIN.replace("01000000", "02000000"), image -> DomainHeader.decode(image, 0), "HVM");
        corrupt(DOMAIN.replace("01000000", "03000000"), image -> DomainHeader.decode(image, 0), 0);
        corrupt(DOMAIN.replace("0c00", "0d00"), image -> DomainHeader.decode(image, 0), 4);
    }

    @Test
    void readsARecordHeaderOnlyWhereItsPaddedBodyFits() {
        read(
                "01000000 09000000" + "00".repeat(16),
                image -> assertThat(RecordHeader.decode(image, StreamLayer.LIBXC, 0))
                        .isEqualTo(new RecordHeader(LibxcRecord.PAGE_DATA, 9)));
        corrupt("01000000 09000000" + "00".repeat(15), image -> RecordHeader.decode(image, StreamLayer.LIBXC, 0), 8);
        corrupt("01000000 ffffffff", image -> RecordHeader.decode(image, StreamLayer.LIBXC, 0), 0);
        corrupt("01000000 000000", image -> RecordHeader.decode(image, StreamLayer.LIBXC, 0), 0);
    }

    private static String plain(String hex) {
        return hex.replaceAll("\\s", "");
    }

    private static void read(String hex, Consumer<ImageBytes> reader) {
        try (ImageFile file = ImageFile.ofHex(hex)) {
            reader.accept(file.image());
        }
    }

    private static void corrupt(String hex, Consumer<ImageBytes> reader, long offset) {
        read(
                hex,
                image -> assertThatExceptionOfType(ImageCorruptException.class)
                        .isThrownBy(() -> reader.accept(image))
                        .matches(e -> e.offset() == offset, "at offset " + offset));
    }

    private static void incompatible(String hex, Consumer<ImageBytes> reader, String needs) {
        read(
                hex,
                image -> assertThatExceptionOfType(ImageIncompatibleException.class)
                        .isThrownBy(() -> reader.accept(image))
                        .matches(e -> e.needs().contains(needs), "needs " + needs));
    }
}
