package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings by code. A guest that breaks a rule a million times gets a few examples and a count. */
final class Findings {

    private static final int EXAMPLES = 8;

    private static final class OfOneCode {
        final List<String> examples = new ArrayList<>();
        long more;
    }

    private final Map<String, OfOneCode> byCode = new LinkedHashMap<>();

    void add(String code, String message) {
        OfOneCode found = byCode.computeIfAbsent(code, first -> new OfOneCode());
        if (found.examples.size() < EXAMPLES) {
            found.examples.add(message);
        } else {
            found.more++;
        }
    }

    List<Finding> list() {
        List<Finding> all = new ArrayList<>();
        byCode.forEach((code, found) -> {
            found.examples.forEach(message -> all.add(new Finding(code, message)));
            if (found.more > 0) {
                all.add(new Finding(code, "and " + found.more + " more"));
            }
        });
        return all;
    }
}
