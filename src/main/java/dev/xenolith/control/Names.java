package dev.xenolith.control;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What things may be called, and what a domain is called that was given no name. */
public final class Names {

    public static final String NAME_PATTERN = "[a-z][a-z0-9-]{0,62}";
    /** Kernels are named after files and versions: {@code vmlinuz-6.1.0-40-cloud-amd64}. */
    public static final String BOOT_IMAGE_NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._+~-]{0,126}";

    private static final Pattern NAME = Pattern.compile(NAME_PATTERN);
    private static final Pattern BOOT_IMAGE_NAME = Pattern.compile(BOOT_IMAGE_NAME_PATTERN);

    private static final List<String> ADJECTIVES = List.of(
            "banded",
            "coarse",
            "folded",
            "foliated",
            "glassy",
            "grey",
            "layered",
            "mossy",
            "pale",
            "polished",
            "porous",
            "quiet",
            "rounded",
            "smooth",
            "speckled",
            "veined");
    private static final List<String> STONES = List.of(
            "agate",
            "basalt",
            "chert",
            "diorite",
            "flint",
            "gabbro",
            "gneiss",
            "granite",
            "jasper",
            "marble",
            "obsidian",
            "onyx",
            "opal",
            "quartz",
            "schist",
            "slate");

    private Names() {}

    /** An id is a name's neighbour in every path, so no name may look like one. */
    static boolean isGood(String name) {
        return NAME.matcher(name).matches() && asId(name).isEmpty();
    }

    static boolean isGoodForBootImage(String name) {
        return BOOT_IMAGE_NAME.matcher(name).matches() && asId(name).isEmpty();
    }

    /** A name for what is made of something else; an id makes it unique. */
    static String derived(@Nullable String of, UUID id) {
        String stem = of == null ? "" : fitted(of);
        return (stem.isEmpty() ? "imported" : stem.substring(0, Math.min(stem.length(), 50))) + "-"
                + id.toString().substring(0, 8);
    }

    /** What others allow in a name, made to fit ours; empty where nothing is left. */
    static String fitted(String foreign) {
        String fitted =
                foreign.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[^a-z]+|-+$", "");
        fitted = fitted.substring(0, Math.min(fitted.length(), 63));
        return isGood(fitted) ? fitted : "";
    }

    static Optional<UUID> asId(String reference) {
        if (reference.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(reference));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static String madeUp() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "-" + STONES.get(random.nextInt(STONES.size())) + "-"
                + Integer.toString(1000 + random.nextInt(9000));
    }
}
