package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.ShutdownRequest;
import java.util.Locale;

/**
 * Asks a domain to shut itself down, over {@code control/shutdown} of its home; the guest empties the node when it has
 * seen the request ({@code docs/misc/xenstore-paths.pandoc}).
 */
public final class ShutdownControl {

    private final Toolstack store;
    private final String home;

    public ShutdownControl(Toolstack store, int domid) {
        this.store = store;
        this.home = GuestNames.home(domid);
    }

    /** Whether the guest has said that it listens for such requests. */
    public boolean supports(ShutdownRequest request) {
        return "1".equals(store.read(home + "/control/feature-" + word(request)));
    }

    public void request(ShutdownRequest request) {
        store.write(home + "/control/shutdown", word(request));
    }

    /** Whether the guest has taken note of the last request, or there was none. */
    public boolean acknowledged() {
        String value = store.read(home + "/control/shutdown");
        return value == null || value.isEmpty();
    }

    /** Takes a request back that the guest has not seen; false if it has. */
    public boolean withdraw(ShutdownRequest request) {
        return store.replace(home + "/control/shutdown", word(request), "");
    }

    private static String word(ShutdownRequest request) {
        return request.name().toLowerCase(Locale.ROOT);
    }
}
