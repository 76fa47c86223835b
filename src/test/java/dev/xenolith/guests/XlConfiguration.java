package dev.xenolith.guests;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** As little of a domain's configuration as {@code xl restore} needs. */
final class XlConfiguration {

    private XlConfiguration() {}

    static byte[] of(String name, long memoryMib, int vcpus) {
        StringBuilder available = new StringBuilder("0");
        for (int vcpu = 1; vcpu < vcpus; vcpu++) {
            available.append(", ").append(vcpu);
        }
        long kib = memoryMib << 10;
        return """
                {
                    "c_info": {"type": "pv", "name": "%s", "uuid": "%s"},
                    "b_info": {
                        "max_vcpus": %d,
                        "avail_vcpus": [%s],
                        "max_memkb": %d,
                        "target_memkb": %d,
                        "type.pv": {}
                    },
                    "on_crash": "preserve"
                }
                """.formatted(name, UUID.randomUUID(), vcpus, available, kib, kib)
                .getBytes(StandardCharsets.UTF_8);
    }
}
