package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.WrongStateException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextTypesTest {

    private static final String HEADER = "0100 0000 0000 0000 0800000000000000  45564153 07000000";
    private static final String CLOCK = "0200 0000 0000 0000 0400000000000000  01000000 00000000";
    private static final String VCPU_0 = "0300 0000 0000 0000 0100000000000000  a0 00000000000000";
    private static final String VCPU_1 = "0300 0100 0000 0000 0100000000000000  a1 00000000000000";
    private static final String END = "0000 0000 0000 0000 0000000000000000";

    /** Two vcpus and a list of what was loaded into it. */
    private static final class FakeDomain implements ContextDomain {
        private final List<String> loaded = new ArrayList<>();
        private DomainState state = DomainState.RUNNING;
        private int pauses;

        @Override
        public DomainState state() {
            return state;
        }

        @Override
        public int vcpus() {
            return 2;
        }

        @Override
        public void pause() {
            pauses++;
        }

        @Override
        public void unpause() {
            pauses--;
        }
    }

    private final FakeDomain domain = new FakeDomain();
    private final ContextTypes<FakeDomain> types = new ContextTypes<FakeDomain>(7)
            .register(new ContextType<>(
                    3, "VCPU", ContextScope.PER_VCPU, ContextTypesTest::saveVcpu, (to, vcpu, in) -> {
                        assertThat(to.pauses).isEqualTo(1);
                        to.loaded.add("vcpu " + vcpu + " " + ImageFile.hex(in.exact(1)));
                    }))
            .register(new ContextType<>(
                    2,
                    "CLOCK",
                    ContextScope.GLOBAL,
                    (from, vcpu, out) -> out.write(2, 0, ByteBuffer.wrap(new byte[] {1, 0, 0, 0})),
                    (to, vcpu, in) ->
                            to.loaded.add("clock " + in.zeroExtended(8).getLong())));

    private static void saveVcpu(FakeDomain from, int vcpu, ContextWriter out) {
        assertThat(from.pauses).isEqualTo(1);
        out.begin(3, vcpu, 1);
        out.data(ByteBuffer.wrap(new byte[] {(byte) (0xa0 + vcpu)}));
        out.end();
    }

    @Test
    void writesHeaderTypesInOrderOfTheirCodesAndEnd() {
        assertThat(saved(types)).isEqualTo(plain(HEADER + CLOCK + VCPU_0 + VCPU_1 + END));
    }

    @Test
    void countsInADryRunWhatItThenWrites() {
        assertThat(types.size(domain)).isEqualTo(saved(types).length() / 2);
    }

    @Test
    void loadsWhatItSavedWithTheDomainPaused() {
        load(HEADER + CLOCK + VCPU_0 + VCPU_1 + END);

        assertThat(domain.loaded).containsExactly("clock 1", "vcpu 0 a0", "vcpu 1 a1");
        assertThat(domain.pauses).isZero();
    }

    @Test
    void leavesIgnoredEntriesOut() {
        load(HEADER + CLOCK.replaceFirst("0200 0000 0000", "0200 0000 0100") + VCPU_0 + END);

        assertThat(domain.loaded).containsExactly("vcpu 0 a0");
    }

    @Test
    void unpausesAfterAFailedLoad() {
        corrupt(HEADER + CLOCK, "an END entry");

        assertThat(domain.pauses).isZero();
    }

    @Test
    void unpausesAfterAFailedSave() {
        ContextTypes<FakeDomain> failing = with((from, vcpu, out) -> {
            throw new IllegalStateException("no");
        });

        assertThatIllegalStateException().isThrownBy(() -> failing.size(domain));
        assertThat(domain.pauses).isZero();
    }

    @Test
    void refusesADyingDomain() {
        domain.state = DomainState.DYING;

        assertThatExceptionOfType(WrongStateException.class).isThrownBy(() -> types.size(domain));
        assertThatExceptionOfType(WrongStateException.class).isThrownBy(() -> load(HEADER + END));
    }

    @Test
    void refusesATypeTwiceOrOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> types.register(type(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> types.register(type(ContextDescriptor.HEADER)));
        assertThatIllegalArgumentException().isThrownBy(() -> types.register(type(ContextDescriptor.END)));
        assertThatIllegalArgumentException().isThrownBy(() -> types.register(type(ContextDescriptor.TYPECODE_MAX + 1)));
        types.register(type(ContextDescriptor.TYPECODE_MAX));
    }

    @Test
    void refusesAHandlerThatWritesTooMuchTooLittleOrForAnother() {
        ByteBuffer two = ByteBuffer.wrap(new byte[2]);
        ourMistake((from, vcpu, out) -> {
            out.begin(9, 0, 1);
            out.data(two);
        });
        ourMistake((from, vcpu, out) -> {
            out.begin(9, 0, 3);
            out.data(two);
            out.end();
        });
        ourMistake((from, vcpu, out) -> out.begin(9, 0, 2));
        ourMistake((from, vcpu, out) -> out.data(two));
        ourMistake((from, vcpu, out) -> out.end());
        ourMistake((from, vcpu, out) -> out.write(8, 0, two));
        ourMistake((from, vcpu, out) -> out.write(9, 1, two));
        ourMistake((from, vcpu, out) -> {
            out.begin(9, 0, 2);
            out.begin(9, 0, 2);
        });
    }

    @Test
    void refusesAHeaderThatIsMissingLateTwiceOrOfAnotherMagic() {
        corrupt(CLOCK + END, "HEADER as the first entry");
        corrupt(HEADER + HEADER + END, "one HEADER");
        corrupt(HEADER.replace("45564153", "45564154") + END, "magic 0x53415645");
        corrupt(HEADER.replaceFirst("0000 0000 0000 08", "0000 0100 0000 08") + END, "no IGNORE flag here");
        corrupt(HEADER.replaceFirst("0100 0000", "0100 0100") + END, "no vcpu id here");
        incompatible(HEADER.replace("07000000", "08000000") + END, "version 8");
    }

    @Test
    void refusesAnEndThatIsMissingIgnoredFilledOrNotTheLast() {
        corrupt(HEADER, "an END entry");
        corrupt(HEADER + END.replaceFirst("0000 0000 0000", "0000 0000 0100"), "no IGNORE flag here");
        corrupt(HEADER + END + END, "nothing behind END");
        corrupt(HEADER + END.replace("0000000000000000", "0800000000000000") + "00".repeat(8), "a body of 0 bytes");
    }

    @Test
    void refusesUnknownTypesAndFlags() {
        incompatible(HEADER + CLOCK.replaceFirst("0200", "0900") + END, "domain-context type 9");
        incompatible(HEADER + CLOCK.replaceFirst("0200 0000 0000", "0200 0000 0200") + END, "flags 0x2");
    }

    @Test
    void refusesVcpusOutOfRangeAndVcpusOfGlobalTypes() {
        corrupt(HEADER + VCPU_1.replaceFirst("0300 0100", "0300 0200") + END, "a vcpu id below 2");
        corrupt(HEADER + CLOCK.replaceFirst("0200 0000", "0200 0100") + END, "no vcpu id in a global type");
    }

    @Test
    void refusesBodiesThatAreTooLongTooShortOrLeftUnread() {
        corrupt(HEADER + VCPU_0.replaceFirst("0100000000000000", "0200000000000000") + END, "a body of 1 bytes");
        corrupt(HEADER + VCPU_0.replaceFirst("0100000000000000", "0000000000000000") + END, "a body of 1 bytes");
        corrupt(HEADER + CLOCK.replaceFirst("0400000000000000", "ffffffffffffffff") + END, "a body of at most");
        corrupt(HEADER + CLOCK.replaceFirst("0400000000000000", "0900000000000000") + END, "a body of at most 8");
        ContextTypes<FakeDomain> lazy = new ContextTypes<FakeDomain>(7)
                .register(new ContextType<>(
                        2, "CLOCK", ContextScope.GLOBAL, (f, v, o) -> {}, (to, vcpu, in) -> in.read(3)));
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> load(lazy, HEADER + CLOCK + END))
                .matches(e -> e.expected().equals("a body of 3 bytes"));
    }

    @Test
    void saysThatATypeWithoutLoaderIsNotSupported() {
        ContextTypes<FakeDomain> saveOnly = new ContextTypes<FakeDomain>(7)
                .register(new ContextType<>(2, "CLOCK", ContextScope.GLOBAL, (f, v, o) -> {}, null));

        assertThatExceptionOfType(ImageIncompatibleException.class)
                .isThrownBy(() -> load(saveOnly, HEADER + CLOCK + END))
                .withMessageContaining("not supported");
    }

    @Test
    void refusesEveryTruncation() {
        String whole = plain(HEADER + CLOCK + VCPU_0 + VCPU_1 + END);
        for (int length = 0; length < whole.length(); length += 2) {
            String cut = whole.substring(0, length);
            assertThatExceptionOfType(ImageCorruptException.class)
                    .as("cut to %d bytes", length / 2)
                    .isThrownBy(() -> load(cut));
        }
    }

    private void ourMistake(ContextType.Saver<FakeDomain> saver) {
        ContextTypes<FakeDomain> mistaken = with(saver);
        assertThatIllegalStateException().isThrownBy(() -> mistaken.size(domain));
    }

    private static ContextTypes<FakeDomain> with(ContextType.Saver<FakeDomain> saver) {
        return new ContextTypes<FakeDomain>(7).register(new ContextType<>(9, "TEST", ContextScope.GLOBAL, saver, null));
    }

    private static ContextType<FakeDomain> type(int code) {
        return new ContextType<>(code, "TEST", ContextScope.GLOBAL, (from, vcpu, out) -> {}, null);
    }

    private String saved(ContextTypes<FakeDomain> context) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        context.save(domain, piece -> {
            byte[] copy = new byte[piece.remaining()];
            piece.duplicate().order(ByteOrder.LITTLE_ENDIAN).get(copy);
            bytes.writeBytes(copy);
        });
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private void load(String hex) {
        load(types, hex);
    }

    private void load(ContextTypes<FakeDomain> context, String hex) {
        byte[] bytes = ImageFile.bytes(hex);
        try (ImageFile file = ImageFile.of(bytes)) {
            context.load(domain, file.image(), 0, bytes.length);
        }
    }

    private void corrupt(String hex, String expected) {
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> load(hex))
                .matches(e -> e.expected().startsWith(expected), expected);
    }

    private void incompatible(String hex, String needs) {
        assertThatExceptionOfType(ImageIncompatibleException.class)
                .isThrownBy(() -> load(hex))
                .matches(e -> e.needs().contains(needs), needs);
    }

    private static String plain(String hex) {
        return hex.replaceAll("\\s", "");
    }
}
