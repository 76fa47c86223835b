package dev.xenolith.testing;

import dev.xenolith.control.BuiltinKernel;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Puts {@link FakeHypervisor} in the engine's place. */
@TestConfiguration(proxyBeanMethods = false)
public class FakeEngine {

    @Bean
    @Primary
    FakeHypervisor fakeHypervisor() {
        return new FakeHypervisor(256);
    }

    @Bean
    @Primary
    BuiltinKernel fakeKernel() {
        return new BuiltinKernel("\u007fELF pebble".getBytes(StandardCharsets.ISO_8859_1));
    }
}
