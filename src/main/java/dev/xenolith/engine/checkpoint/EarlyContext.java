package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.stream.ContextEntry;
import dev.xenolith.engine.stream.ContextReader;
import dev.xenolith.engine.stream.ContextScope;
import dev.xenolith.engine.stream.ContextType;
import dev.xenolith.engine.stream.StateLayout;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first look at an image's domain context: each entry is there once, and the two that are needed before there is a
 * domain are read.
 */
final class EarlyContext {

    private record Key(int typecode, int vcpu) {}

    private final TransparentImage image;
    private final Set<Key> seen = new HashSet<>();
    private @Nullable MemoryContext memory;
    private @Nullable DomainFacts domain;

    EarlyContext(TransparentImage image) {
        this.image = image;
        ContextReader reader = new ContextReader(
                image.bytes(), image.context().offset(), image.context().length(), DomainContexts.types()::name);
        reader.header();
        for (ContextEntry entry = reader.next(); entry != null; entry = reader.next()) {
            take(entry);
        }
        DomainContexts.all().forEach(this::requireComplete);
    }

    /** Says what a restore would say before it makes anything. */
    static void check(TransparentImage image) {
        EarlyContext early = new EarlyContext(image);
        early.memory();
        early.domain();
    }

    MemoryContext memory() {
        return notIgnored("MEMORY", memory);
    }

    DomainFacts domain() {
        return notIgnored("DOMAIN", domain);
    }

    private void take(ContextEntry entry) {
        if (!seen.add(new Key(entry.descriptor().typecode(), entry.descriptor().vcpu()))) {
            throw new ImageCorruptException(entry.name(), entry.offset(), "one such entry", "a second one");
        }
        if (entry.descriptor().ignored()) {
            return;
        }
        switch (entry.descriptor().typecode()) {
            case DomainContexts.MEMORY -> memory = read(DomainContexts.MEMORY_LAYOUT, entry);
            case DomainContexts.DOMAIN -> domain = read(DomainContexts.DOMAIN_LAYOUT, entry);
            default -> {}
        }
    }

    private static <S> S read(StateLayout<S> layout, ContextEntry entry) {
        return DomainContexts.decode(layout, entry);
    }

    private void requireComplete(ContextType<?> type) {
        int instances = type.scope() == ContextScope.GLOBAL ? 1 : image.header().vcpus();
        for (int vcpu = 0; vcpu < instances; vcpu++) {
            if (!seen.contains(new Key(type.typecode(), vcpu))) {
                throw missing(type.name() + (instances == 1 ? "" : " of vcpu " + vcpu));
            }
        }
    }

    private <S> S notIgnored(String name, @Nullable S found) {
        if (found == null) {
            throw missing(name);
        }
        return found;
    }

    private ImageCorruptException missing(String name) {
        return new ImageCorruptException(ContextRecord.NAME, image.context().offset(), "an entry " + name, "none");
    }
}
