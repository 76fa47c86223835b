package dev.xenolith.control;

import java.util.Locale;

/** Names of constants as the API spells them. */
public final class Words {

    private Words() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
