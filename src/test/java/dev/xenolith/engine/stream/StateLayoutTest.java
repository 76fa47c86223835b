package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.xenolith.engine.ImageCorruptException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateLayoutTest {

    public enum Colour {
        RED,
        GREEN
    }

    public sealed interface Shape {
        record Round(int radius) implements Shape {}

        record Square(short side) implements Shape {}
    }

    public record Small(int a, boolean b) {}

    public record Everything(
            byte b,
            short s,
            int i,
            long l,
            boolean yes,
            String text,
            byte[] bytes,
            int[] ints,
            long[] longs,
            Colour colour,
            Shape shape,
            List<Small> list,
            Optional<Long> perhaps,
            Small small) {}

    public record Fussy(int even) {
        public Fussy {
            if (even % 2 != 0) {
                throw new IllegalArgumentException("even: expected an even number, got " + even);
            }
        }
    }

    public record Hopeless(Map<String, String> map) {}

    private static final Everything VALUE = new Everything(
            (byte) 1,
            (short) 0x0203,
            0x04050607,
            0x08090a0b0c0d0e0fL,
            true,
            "é",
            new byte[] {0x10},
            new int[] {0x11},
            new long[] {0x12},
            Colour.GREEN,
            new Shape.Square((short) 0x13),
            List.of(new Small(0x14, true), new Small(0x15, false)),
            Optional.of(0x16L),
            new Small(0x17, true));

    private static final String GOLDEN = """
            01 0302 07060504 0f0e0d0c0b0a0908 01
            02000000 c3a9   01000000 10   01000000 11000000   01000000 1200000000000000
            01   01 1300   02000000 14000000 01 15000000 00   01000000 1600000000000000   17000000 01
            """;

    private final StateLayout<Everything> layout = StateLayout.of(Everything.class);

    @Test
    void writesComponentsInTheirOrder() {
        assertThat(ImageFile.hex(layout.encode(VALUE))).isEqualTo(GOLDEN.replaceAll("\\s", ""));
    }

    @Test
    void readsWhatItWrote() {
        assertThat(decode(layout, GOLDEN)).usingRecursiveComparison().isEqualTo(VALUE);
    }

    @Test
    void saysWhatTheBytesMean() {
        assertThat(layout.schema())
                .isEqualTo("Everything{u8 b, u16 s, u32 i, u64 l, bool yes, text text, u8[] bytes, u32[] ints,"
                        + " u64[] longs, (RED|GREEN) colour, (Round{u32 radius}|Square{u16 side}) shape,"
                        + " Small{u32 a, bool b}[] list, u64? perhaps, Small{u32 a, bool b} small}");
    }

    @Test
    void refusesEveryTruncationAndBytesLeftOver() {
        byte[] golden = ImageFile.bytes(GOLDEN);
        for (int length = 0; length < golden.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(golden, 0, length).slice();
            assertThatExceptionOfType(ImageCorruptException.class)
                    .as("cut to %d", length)
                    .isThrownBy(() -> layout.decode(cut, "test", 7))
                    .matches(e -> e.offset() == 7 && e.record().equals("test"));
        }
        corrupt(layout, GOLDEN + "00", "no bytes behind");
    }

    @Test
    void readsMissingBytesAsZeroWhereThatIsAskedFor() {
        StateLayout<Small> small = StateLayout.of(Small.class);

        assertThat(small.decodeZeroExtended(ByteBuffer.wrap(new byte[] {5}), "test", 0))
                .isEqualTo(new Small(5, false));
        assertThat(layout.decodeZeroExtended(ByteBuffer.allocate(0), "test", 0).list())
                .isEmpty();
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> small.decodeZeroExtended(ByteBuffer.allocate(6), "test", 0));
    }

    @Test
    void refusesCountsThatPromiseMoreThanCame() {
        StateLayout<Wide> wide = StateLayout.of(Wide.class);

        corrupt(wide, "ffffffff 00", "a count of at most 0");
        corrupt(wide, "01000000 00000000000000", "a count of at most 0");
    }

    public record Wide(long[] longs) {}

    @Test
    void refusesConstantsAndVariantsThatDoNotExist() {
        corrupt(layout, GOLDEN.replace("01   01 1300", "02   01 1300"), "RED, GREEN");
        corrupt(layout, GOLDEN.replace("01   01 1300", "01   02 1300"), "Round");
    }

    @Test
    void turnsARecordsOwnRefusalIntoDamage() {
        corrupt(StateLayout.of(Fussy.class), "03000000", "a Fussy within its limits");
    }

    @Test
    void refusesTypesWithoutALayout() {
        assertThatIllegalArgumentException().isThrownBy(() -> StateLayout.of(Hopeless.class));
        assertThatIllegalArgumentException().isThrownBy(() -> StateLayout.of(Object.class));
    }

    private static <T> T decode(StateLayout<T> layout, String hex) {
        return layout.decode(ByteBuffer.wrap(ImageFile.bytes(hex)), "test", 0);
    }

    private static void corrupt(StateLayout<?> layout, String hex, String expected) {
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> decode(layout, hex))
                .matches(e -> e.expected().contains(expected), expected);
    }

    @Test
    void showsEveryKindOfValueAsATree() {
        Map<?, ?> tree = (Map<?, ?>) StateLayout.of(Everything.class).tree(VALUE);

        assertThat(tree.get("b")).isEqualTo(1);
        assertThat(tree.get("i")).isEqualTo(0x04050607);
        assertThat(tree.get("l")).isEqualTo("0x8090a0b0c0d0e0f");
        assertThat(tree.get("yes")).isEqualTo(true);
        assertThat(tree.get("colour")).isEqualTo(VALUE.colour().toString());
        assertThat(tree.get("small"))
                .isEqualTo(Map.of("a", VALUE.small().a(), "b", VALUE.small().b()));
        assertThat((Map<?, ?>) tree.get("shape")).hasSize(1);
        assertThat((List<?>) tree.get("list")).hasSameSizeAs(VALUE.list());
        assertThat((String) tree.get("bytes")).hasSize(2 * VALUE.bytes().length);
        assertThat(StateLayout.of(Fussy.class).tree(new Fussy(2))).isEqualTo(Map.of("even", 2));
    }
}
