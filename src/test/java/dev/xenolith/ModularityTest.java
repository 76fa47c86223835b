package dev.xenolith;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** control, store, rest and web are modules: each sees only what the others show, and none sees itself around a corner. */
class ModularityTest {

    @Test
    void modulesKeepToTheirBorders() {
        ApplicationModules.of(XenolithApplication.class).verify();
    }
}
