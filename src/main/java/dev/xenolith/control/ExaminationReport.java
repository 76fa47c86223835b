package dev.xenolith.control;

import dev.xenolith.engine.Finding;
import dev.xenolith.engine.SuspendExamination;
import java.util.List;
import java.util.Map;

/** What was found of a suspended domain, as the result of an operation has it. */
final class ExaminationReport {

    private ExaminationReport() {}

    static Map<String, Object> of(SuspendExamination found) {
        return Map.of("errors", list(found.errors()), "warnings", list(found.warnings()));
    }

    private static List<Map<String, String>> list(List<Finding> findings) {
        return findings.stream()
                .map(finding -> Map.of("code", finding.code(), "message", finding.message()))
                .toList();
    }
}
