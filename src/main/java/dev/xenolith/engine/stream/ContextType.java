package dev.xenolith.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * One type of domain context and who saves and loads it.
 *
 * @param loader null for a type that is written but cannot be restored
 */
public record ContextType<D extends ContextDomain>(
        int typecode,
        String name,
        ContextScope scope,
        Saver<D> saver,
        @Nullable Loader<D> loader) {

    @FunctionalInterface
    public interface Saver<D> {

        /** Writes the entries of this type; none is allowed. {@code vcpu} is 0 for a global type. */
        void save(D domain, int vcpu, ContextWriter out);
    }

    @FunctionalInterface
    public interface Loader<D> {

        /** Reads the whole entry; data left unread is damage. */
        void load(D domain, int vcpu, ContextEntry in);
    }
}
