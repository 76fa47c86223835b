package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.ShutdownRequest;
import java.util.Locale;
import java.util.OptionalInt;

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
        store.write(node(), word(request));
    }

    /**
     * Takes back what the guest has not done. The node is written also where it is empty: a guest that was asked over its
     * event channel, or has acknowledged, learns from the watch that nothing is wanted any more.
     */
    public void withdraw() {
        store.write(node(), "");
    }

    /**
     * The port on which the guest would be told to suspend, if it has offered one; libxl takes it in place of the node
     * ({@code libxl_dom_suspend.c}).
     */
    public OptionalInt suspendPort() {
        String value = store.read(home + "/device/suspend/event-channel");
        boolean isPort = value != null && value.matches("[0-9]{1,9}");
        return isPort ? OptionalInt.of(Integer.parseInt(value)) : OptionalInt.empty();
    }

    private String node() {
        return home + "/control/shutdown";
    }

    private static String word(ShutdownRequest request) {
        return request.name().toLowerCase(Locale.ROOT);
    }
}
