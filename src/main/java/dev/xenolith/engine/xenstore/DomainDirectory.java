package dev.xenolith.engine.xenstore;

import java.util.List;

/**
 * What the toolstack leaves for a new domain to find, as libxl does ({@code tools/libs/light/libxl_create.c}, {@code
 * libxl_dom.c}, {@code docs/misc/xenstore-paths.pandoc}): the domain may read its home, and write where it is meant to.
 */
public final class DomainDirectory {

    private static final String BACKEND_HOME = "/local/domain/0/backend/";
    private static final int XENBUS_CONNECTED = 4;
    private static final String CONSOLE_LIMIT = "1048576";
    private static final List<String> GUEST_WRITES = List.of(
            "device/suspend/event-channel",
            "control/shutdown",
            "control/feature-poweroff",
            "control/feature-reboot",
            "control/feature-suspend",
            "control/sysrq",
            "data",
            "drivers",
            "feature",
            "attr",
            "error");

    /**
     * @param domid the number the guest is to read as its own
     * @param storeMfn and consoleMfn as the guest names those frames
     */
    public record Spec(
            GuestNames names,
            String uuid,
            String name,
            long maxMemoryKib,
            long targetMemoryKib,
            int vcpus,
            int onlineVcpus,
            int storePort,
            long storeMfn,
            int consolePort,
            long consoleMfn) {}

    private DomainDirectory() {}

    public static void create(Toolstack store, Spec spec) {
        int domid = spec.names().hostDomid();
        String home = GuestNames.home(domid);
        Permission[] guestReads = {Permission.none(Xenstore.TOOLSTACK), Permission.readable(domid)};
        store.mkdir(home, guestReads);
        identity(store, spec, home, guestReads);
        for (String path : GUEST_WRITES) {
            store.mkdir(home + "/" + path, Permission.none(domid));
        }
        store.write(home + "/control/platform-feature-multiprocessor-suspend", "1");
        store.write(home + "/control/platform-feature-xs_reset_watches", "1");
        resources(store, spec, home);
        console(store, spec, home);
    }

    private static void identity(Toolstack store, Spec spec, String home, Permission... guestReads) {
        String vm = "/vm/" + spec.uuid();
        store.mkdir(vm, guestReads);
        store.write(vm + "/uuid", spec.uuid());
        store.write(vm + "/name", spec.name());
        store.write(home + "/vm", vm);
        store.write(home + "/name", spec.name());
        store.write(home + "/domid", Integer.toString(spec.names().guestDomid()));
    }

    private static void resources(Toolstack store, Spec spec, String home) {
        for (int vcpu = 0; vcpu < spec.vcpus(); vcpu++) {
            store.write(home + "/cpu/" + vcpu + "/availability", vcpu < spec.onlineVcpus() ? "online" : "offline");
        }
        store.write(home + "/memory/static-max", Long.toString(spec.maxMemoryKib()));
        store.write(home + "/memory/target", Long.toString(spec.targetMemoryKib()));
        store.write(home + "/memory/videoram", "0");
        store.write(home + "/store/port", Integer.toString(spec.storePort()));
        store.write(home + "/store/ring-ref", Long.toString(spec.storeMfn()));
    }

    private static void console(Toolstack store, Spec spec, String home) {
        int domid = spec.names().hostDomid();
        String front = home + "/console";
        String back = BACKEND_HOME + "console/" + domid + "/0";
        Permission[] guestReads = {Permission.none(Xenstore.TOOLSTACK), Permission.readable(domid)};
        store.mkdir(back, guestReads);
        store.write(back + "/frontend", front);
        store.write(back + "/frontend-id", Integer.toString(domid));
        store.write(back + "/online", "1");
        store.write(back + "/state", Integer.toString(XENBUS_CONNECTED));
        store.write(back + "/protocol", "vt100");
        store.write(front + "/backend", back);
        store.write(front + "/backend-id", "0", Permission.none(domid), Permission.readable(Xenstore.TOOLSTACK));
        store.write(front + "/limit", CONSOLE_LIMIT);
        store.write(front + "/type", "xenconsoled");
        store.write(front + "/output", "pty");
        store.write(front + "/tty", "");
        store.write(front + "/port", Integer.toString(spec.consolePort()));
        store.write(front + "/ring-ref", Long.toString(spec.consoleMfn()));
    }
}
