package dev.xenolith.engine.xenstore;

import java.util.ArrayList;
import java.util.List;

/**
 * One node as it was at one time; changing it makes another.
 *
 * @param children names, in the order in which they came
 * @param permissions never empty; the first names the owner
 * @param generation a number that no other version of any node has
 */
record Node(byte[] value, List<String> children, List<Permission> permissions, long generation) {

    /** In the place of a generation: there is no such node. */
    static final long ABSENT = -1;

    private static final int HEADER_BYTES = 16;
    private static final int PERMISSION_BYTES = 8;

    int owner() {
        return permissions.getFirst().domid();
    }

    /** Its size as quotas count it. */
    int bytes() {
        int names = children.stream().mapToInt(name -> name.length() + 1).sum();
        return HEADER_BYTES + permissions.size() * PERMISSION_BYTES + value.length + names;
    }

    Node withValue(byte[] other) {
        return new Node(other, children, permissions, generation);
    }

    Node withPermissions(List<Permission> other) {
        return new Node(value, children, other, generation);
    }

    Node withGeneration(long other) {
        return new Node(value, children, permissions, other);
    }

    Node withChild(String name) {
        List<String> more = new ArrayList<>(children.size() + 1);
        more.addAll(children);
        more.add(name);
        return new Node(value, more, permissions, generation);
    }

    Node withoutChild(String name) {
        List<String> fewer = new ArrayList<>(children);
        fewer.remove(name);
        return new Node(value, fewer, permissions, generation);
    }
}
