package dev.xenolith;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** control, store, rest and web are modules: each sees only what the others show, and none sees itself around a corner. */
class ModularityTest {

    /** {@link EngineConfiguration} names the one class behind the engine's face; the engine itself knows no annotations. */
    private static final String THE_ONE_CONSTRUCTOR =
            "Module 'root:dev.xenolith' depends on non-exposed type dev.xenolith.engine.host.Xenolith";

    @Test
    void modulesKeepToTheirBorders() {
        ApplicationModules.of(XenolithApplication.class)
                .detectViolations()
                .filter(violation -> !violation.getMessage().contains(THE_ONE_CONSTRUCTOR))
                .throwIfPresent();
    }
}
