package dev.xenolith.engine.checkpoint.xen;

import java.util.ArrayList;
import java.util.List;

/** States of XCR0 by name (SDM volume 1, 13.1). */
final class XstateNames {

    private static final String[] NAMES = {
        "x87", "SSE", "AVX", "BNDREGS", "BNDCSR", "opmask", "ZMM_Hi256", "Hi16_ZMM", "PT", "PKRU"
    };

    private XstateNames() {}

    static String of(long states) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((states >>> bit & 1) != 0) {
                names.add(bit < NAMES.length ? NAMES[bit] : "bit " + bit);
            }
        }
        return String.join(", ", names);
    }
}
