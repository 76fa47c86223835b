package dev.xenolith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the server: the engine, and the REST control plane around it. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class XenolithApplication {

    public static void main(String[] args) {
        SpringApplication.run(XenolithApplication.class, args);
    }
}
