package dev.xenolith.engine.xenstore;

import java.util.List;

/**
 * The names a guest uses and the host's. They differ after a transparent restore, when the guest still believes in the
 * domid it was saved with: in its home, in the paths of its backends, in permissions. The two domids change places, so
 * the mapping is its own inverse, and what the guest calls by its present domid is somebody else to it.
 *
 * <pre>
 *   guest's                               host's
 *   /local/domain/G/...              ◄──► /local/domain/R/...
 *   /local/domain/0/backend/T/G/...  ◄──► /local/domain/0/backend/T/R/...
 *   /vm/GUEST-UUID/...               ◄──► /vm/HOST-UUID/...
 * </pre>
 */
public record GuestNames(int hostDomid, int guestDomid, String hostUuid, String guestUuid) {

    static final String HOMES = "/local/domain/";

    private static final String BACKENDS = HOMES + "0/backend/";
    private static final String VMS = "/vm/";

    /** A domain that has the names it believes in. */
    public static GuestNames same(int domid) {
        return new GuestNames(domid, domid, "", "");
    }

    static String home(int domid) {
        return HOMES + domid;
    }

    boolean identical() {
        return hostDomid == guestDomid && hostUuid.equals(guestUuid);
    }

    /** The host's path for the guest's, or the guest's for the host's. */
    String swap(String path) {
        if (identical()) {
            return path;
        }
        if (path.startsWith(BACKENDS)) {
            int type = path.indexOf('/', BACKENDS.length());
            return type < 0 ? path : swapSegment(path, type + 1);
        }
        if (path.startsWith(HOMES)) {
            return swapSegment(path, HOMES.length());
        }
        return path.startsWith(VMS) ? swapSegment(path, VMS.length()) : path;
    }

    int swap(int domid) {
        if (domid == hostDomid) {
            return guestDomid;
        }
        return domid == guestDomid ? hostDomid : domid;
    }

    Permission swap(Permission permission) {
        return permission.withDomid(swap(permission.domid()));
    }

    /** The children of a node (its path is the host's) as the guest knows them. */
    List<String> swapChildren(String parent, List<String> children) {
        if (identical()) {
            return children;
        }
        String prefix = parent + "/";
        return children.stream()
                .map(child -> StorePath.name(swap(prefix + child)))
                .toList();
    }

    private String swapSegment(String path, int from) {
        int end = path.indexOf('/', from);
        int to = end < 0 ? path.length() : end;
        return path.substring(0, from) + swapName(path.substring(from, to)) + path.substring(to);
    }

    private String swapName(String name) {
        if (name.equals(Integer.toString(hostDomid))) {
            return Integer.toString(guestDomid);
        }
        if (name.equals(Integer.toString(guestDomid))) {
            return Integer.toString(hostDomid);
        }
        if (name.equals(hostUuid)) {
            return guestUuid;
        }
        return name.equals(guestUuid) ? hostUuid : name;
    }
}
