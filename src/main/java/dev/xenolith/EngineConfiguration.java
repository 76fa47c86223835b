package dev.xenolith;

import com.sun.management.OperatingSystemMXBean;
import dev.xenolith.control.BuiltinKernel;
import dev.xenolith.control.XenolithProperties;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.host.Xenolith;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Where the control plane gets its engine and the builtin kernel: the one place that names the engine's classes. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    private static final long FRAMES_PER_MIB = 256;
    private static final String PEBBLE = "/guests/pebble.elf";

    @Lazy
    @Bean
    Hypervisor hypervisor(XenolithProperties properties) {
        Integer configuredMib = properties.host().memoryMib();
        long memoryMib = configuredMib == null ? halfOfTheMachineMib() : configuredMib;
        Integer pcpus = properties.host().pcpus();
        long frames = memoryMib * FRAMES_PER_MIB;
        Hypervisor host = pcpus == null ? new Xenolith(frames) : new Xenolith(frames, pcpus);
        host.retirement()
                .setErrorPolicy(new MemoryError.Policy(
                        properties.host().correctedErrors(), properties.host().correctedErrorWindow()));
        return host;
    }

    private static long halfOfTheMachineMib() {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return (machine.getTotalMemorySize() >> 20) / 2;
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
