package dev.xenolith.engine.stream;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.WrongStateException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The domain context: all state that lives only in the hypervisor, as typed entries.
 *
 * <pre>
 *   HEADER │ type 2, vcpu 0 │ type 2, vcpu 1 │ type 3 │ ... │ END
 * </pre>
 *
 * Types are registered once, with a saver and, where it can be restored, a loader; they are called in the order of
 * their codes, one for each vcpu if they are of that scope. The domain is paused from the first call to the last, and
 * unpaused again whatever happens, so a load never reaches into a running domain.
 */
public final class ContextTypes<D extends ContextDomain> {

    private final int version;
    private final TreeMap<Integer, ContextType<D>> types = new TreeMap<>();

    /** @param version of the entries' layouts; a load takes no other */
    public ContextTypes(int version) {
        this.version = version;
    }

    public ContextTypes<D> register(ContextType<D> type) {
        int code = type.typecode();
        if (code < ContextDescriptor.TYPECODE_MIN || code > ContextDescriptor.TYPECODE_MAX) {
            throw new IllegalArgumentException("typecode of " + type.name() + ": expected "
                    + ContextDescriptor.TYPECODE_MIN + " to " + ContextDescriptor.TYPECODE_MAX + ", got " + code);
        }
        ContextType<D> known = types.putIfAbsent(code, type);
        if (known != null) {
            throw new IllegalArgumentException(
                    "typecode " + code + ": expected one type, got " + known.name() + " and " + type.name());
        }
        return this;
    }

    public Collection<ContextType<D>> types() {
        return Collections.unmodifiableCollection(types.values());
    }

    public String name(int typecode) {
        return switch (typecode) {
            case ContextDescriptor.HEADER -> "HEADER";
            case ContextDescriptor.END -> "END";
            default -> {
                ContextType<D> type = types.get(typecode);
                yield type == null ? "unknown " + typecode : type.name();
            }
        };
    }

    /** How many bytes {@link #save} would write: a dry run of it. */
    public long size(D domain) {
        return save(domain, piece -> {});
    }

    /** Writes all entries and returns how many bytes they took. */
    public long save(D domain, ContextWriter.Sink sink) {
        requireAlive(domain, "saving its context");
        domain.pause();
        try {
            ContextWriter out = new ContextWriter(sink);
            out.allow(ContextDescriptor.HEADER, 0);
            out.write(ContextDescriptor.HEADER, 0, ContextHeader.encode(version));
            for (ContextType<D> type : types.values()) {
                saveType(domain, type, out);
            }
            out.allow(ContextDescriptor.END, 0);
            out.write(ContextDescriptor.END, 0, ByteBuffer.allocate(0));
            return out.written();
        } finally {
            domain.unpause();
        }
    }

    private void saveType(D domain, ContextType<D> type, ContextWriter out) {
        int instances = type.scope() == ContextScope.GLOBAL ? 1 : domain.vcpus();
        for (int vcpu = 0; vcpu < instances; vcpu++) {
            out.allow(type.typecode(), vcpu);
            type.saver().save(domain, vcpu, out);
            out.requireClosed();
        }
    }

    /** Loads the entries that stand in {@code length} bytes of the image. */
    public void load(D domain, ImageBytes image, long offset, long length) {
        requireAlive(domain, "loading its context");
        domain.pause();
        try {
            ContextReader reader = new ContextReader(image, offset, length, this::name);
            ContextHeader.check(reader.header(), offset, version);
            for (ContextEntry entry = reader.next(); entry != null; entry = reader.next()) {
                loadEntry(domain, entry);
            }
        } finally {
            domain.unpause();
        }
    }

    private void loadEntry(D domain, ContextEntry entry) {
        ContextDescriptor descriptor = entry.descriptor();
        ContextType<D> type = types.get(descriptor.typecode());
        if (type == null) {
            throw new ImageIncompatibleException(
                    "domain-context type " + descriptor.typecode() + " at offset " + entry.offset(), "no such type");
        }
        boolean global = type.scope() == ContextScope.GLOBAL;
        int vcpus = global ? 1 : domain.vcpus();
        Expect.that(
                descriptor.vcpu() < vcpus,
                entry.name(),
                entry.offset(),
                global ? "no vcpu id in a global type" : "a vcpu id below " + vcpus,
                descriptor.vcpu());
        if (descriptor.ignored()) {
            return;
        }
        loader(type).load(domain, descriptor.vcpu(), entry);
        entry.requireRead();
    }

    private ContextType.Loader<D> loader(ContextType<D> type) {
        ContextType.@Nullable Loader<D> loader = type.loader();
        if (loader == null) {
            throw new ImageIncompatibleException("a loader of domain context " + type.name(), "none: not supported");
        }
        return loader;
    }

    private static void requireAlive(ContextDomain domain, String action) {
        if (domain.state() == DomainState.DYING) {
            throw new WrongStateException(DomainState.DYING, action);
        }
    }
}
