package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * The byte layout of a state record, derived from its components in their order:
 *
 * <pre>
 *   boolean, byte        1 byte          enum                 u8, position of the constant
 *   short, int, long     2, 4, 8         sealed interface     u8, position of the permitted record; the record
 *   String               u32, UTF-8      record               its components
 *   byte[] int[] long[]  u32, elements   List, Optional       u32, elements
 * </pre>
 *
 * Little endian, nothing aligned. So a state record <em>is</em> its format: whoever changes one changes the images, and
 * {@link #schema()}, kept in the format's documentation, shows it in review.
 *
 * @param <T> the state record
 */
public final class StateLayout<T> {

    private final String name;
    private final StateField root;
    private final Class<T> type;

    private StateLayout(Class<T> type, List<StateLeaf<?>> leaves) {
        this.name = type.getSimpleName();
        this.type = type;
        this.root = new StateFields(leaves).of(type);
    }

    /** @param leaves for types that are no records and bring bytes of their own */
    public static <T> StateLayout<T> of(Class<T> type, StateLeaf<?>... leaves) {
        return new StateLayout<>(type, List.of(leaves));
    }

    public String name() {
        return name;
    }

    public ByteBuffer encode(T state) {
        StateOutput out = new StateOutput();
        root.write(state, out);
        return out.bytes();
    }

    /** Takes exactly one state: bytes left over, or missing, are damage to {@code record}. */
    public T decode(ByteBuffer body, String record, long offset) {
        StateInput in = new StateInput(body, record, offset, false);
        T state = read(in);
        in.requireEnd();
        return state;
    }

    /** As {@link #decode}, but missing bytes at the end read as zero. */
    public T decodeZeroExtended(ByteBuffer body, String record, long offset) {
        StateInput in = new StateInput(body, record, offset, true);
        T state = read(in);
        in.requireEnd();
        return state;
    }

    private T read(StateInput in) {
        try {
            return type.cast(root.read(in));
        } catch (IllegalArgumentException e) {
            throw new ImageCorruptException(
                    in.record(), in.offset(), "a " + name + " within its limits", String.valueOf(e.getMessage()));
        }
    }

    /** The state as maps, lists, texts and numbers; those of 64 bits and bytes are hexadecimal text. */
    public Object tree(T state) {
        return Objects.requireNonNull(root.tree(state));
    }

    /** The layout in one line, for the documentation and its test. */
    public String schema() {
        return root.schema();
    }
}
