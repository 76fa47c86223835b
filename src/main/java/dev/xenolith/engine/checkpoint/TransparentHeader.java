package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StateLayout;
import dev.xenolith.engine.stream.StreamLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Pattern;

/**
 * XENOLITH_TRANSPARENT: what must be known before anything of the domain can be made. The version comes first and covers
 * the layouts of all our records.
 *
 * @param guestDomid the domid that the guest believes in
 * @param guestUuid the handle that the guest finds in its store
 * @param frameLimit one above the highest frame number that names RAM for the guest
 * @param sharedInfoMfn the guest's number of its shared info frame
 * @param frames entries of the page index
 * @param facts about the guest, for people
 */
public record TransparentHeader(
        int version,
        int vcpus,
        int guestDomid,
        String guestUuid,
        long frameLimit,
        long sharedInfoMfn,
        long frames,
        List<Fact> facts) {

    static final String NAME = "XENOLITH_TRANSPARENT";

    /** To be raised whenever a record of ours, or a state inside the domain context, changes its layout. */
    public static final int VERSION = 4;

    static final StateLayout<TransparentHeader> LAYOUT = StateLayout.of(TransparentHeader.class);

    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final int BYTES_MAX = 64 << 10;

    /** Something worth knowing of the guest, such as its kernel's version. */
    public record Fact(String name, String value) {}

    public TransparentHeader {
        facts = List.copyOf(facts);
    }

    /** What of it belongs to the domain's state: all but what people are told. */
    TransparentHeader withoutFacts() {
        return new TransparentHeader(
                version, vcpus, guestDomid, guestUuid, frameLimit, sharedInfoMfn, frames, List.of());
    }

    ByteBuffer encode() {
        return LAYOUT.encode(this);
    }

    static TransparentHeader decode(ImageBytes image, RecordEntry record) {
        if (record.type() != LibxcRecord.XENOLITH_TRANSPARENT) {
            throw new IllegalArgumentException("expected " + NAME + ", got " + record.name());
        }
        ByteBuffer body = record.body(image, BYTES_MAX);
        if (body.remaining() >= Integer.BYTES && body.getInt(0) != VERSION) {
            throw new ImageIncompatibleException(
                    "transparent image version " + Integer.toUnsignedString(body.getInt(0)), "version " + VERSION);
        }
        return LAYOUT.decode(body, NAME, record.offset()).checked(record.offset());
    }

    private TransparentHeader checked(long offset) {
        within(offset, "vcpus", vcpus, 1, StreamLimits.VCPUS_MAX);
        within(offset, "guest domid", guestDomid, 0, 0x7fef);
        if (!UUID_FORM.matcher(guestUuid).matches()) {
            throw new ImageCorruptException(NAME, offset, "a UUID", guestUuid);
        }
        within(offset, "frame limit", frameLimit, 1, StreamLimits.PFN_MAX);
        within(offset, "frames", frames, 1, PageIndex.ENTRIES_MAX);
        within(offset, "shared info mfn", sharedInfoMfn, 0, frameLimit - 1);
        return this;
    }

    private static void within(long offset, String what, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new ImageCorruptException(NAME, offset, what + " of " + minimum + " to " + maximum, value + "");
        }
    }
}
