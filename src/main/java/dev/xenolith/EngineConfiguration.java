package dev.xenolith;

import dev.xenolith.control.BuiltinKernel;
import dev.xenolith.control.StartupRefusal;
import dev.xenolith.control.XenolithProperties;
import dev.xenolith.engine.Hypervisor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Where the control plane gets its engine and the builtin kernel: the one place that names the engine's classes. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    private static final String PEBBLE = "/guests/pebble.elf";

    @Lazy
    @Bean
    Hypervisor hypervisor(XenolithProperties properties) {
        throw new StartupRefusal("this build has no engine yet");
    }

    @Lazy
    @Bean
    BuiltinKernel builtinKernel() {
        try (InputStream elf = EngineConfiguration.class.getResourceAsStream(PEBBLE)) {
            return new BuiltinKernel(elf == null ? new byte[0] : elf.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
