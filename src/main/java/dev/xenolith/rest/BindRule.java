package dev.xenolith.rest;

import dev.xenolith.control.StartupRefusal;
import dev.xenolith.control.XenolithProperties;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.stereotype.Component;

/** Beyond loopback only with a token: checked before the port is opened. */
@Component
class BindRule implements WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> {

    private final @Nullable InetAddress address;
    private final @Nullable String token;

    BindRule(@Value("${server.address:#{null}}") @Nullable InetAddress address, XenolithProperties properties) {
        this.address = address;
        this.token = properties.token();
    }

    @Override
    public void customize(ConfigurableServletWebServerFactory factory) {
        boolean loopback = address != null && address.isLoopbackAddress();
        if (!loopback && (token == null || token.isBlank())) {
            throw new StartupRefusal(
                    "server.address is " + (address == null ? "every address" : address.getHostAddress())
                            + ", which others can reach: set the environment variable XENOLITH_TOKEN to a secret that clients"
                            + " send as Authorization: Bearer, or leave server.address at 127.0.0.1");
        }
    }
}
