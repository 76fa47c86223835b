package dev.xenolith.engine;

/**
 * What is wrong with an image, and where.
 *
 * @param expected of a sound image, or what this host has
 * @param got what is there instead, or what the image needs
 */
public record ImageFinding(Kind kind, String record, long offset, String expected, String got) {

    /** Whose fault it is. */
    public enum Kind {
        /** The bytes break the format's rules. */
        CORRUPT,
        /** They do not, and yet this host cannot restore them. */
        INCOMPATIBLE
    }

    public static ImageFinding of(ImageCorruptException damage) {
        return new ImageFinding(Kind.CORRUPT, damage.record(), damage.offset(), damage.expected(), damage.got());
    }

    public static ImageFinding of(ImageIncompatibleException refusal) {
        return of(refusal.record(), refusal.offset(), refusal);
    }

    public static ImageFinding of(String record, long offset, ImageIncompatibleException refusal) {
        return new ImageFinding(Kind.INCOMPATIBLE, record, offset, refusal.has(), refusal.needs());
    }

    public String message() {
        return record + " at offset " + offset + ": "
                + (kind == Kind.CORRUPT
                        ? "expected " + expected + ", got " + got
                        : "needs " + got + ", this host has " + expected);
    }
}
