package dev.xenolith.rest;

import dev.xenolith.testing.ServerTestBase;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

class DomainsIT extends ServerTestBase {

    @Test
    void createsADomainFromNothing() {
        http.post()
                .uri("/v1/domains")
                .contentType(MediaType.APPLICATION_JSON)
                .body("{}")
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("running")
                .jsonPath("$.kernel")
                .isEqualTo("pebble");
    }
}
