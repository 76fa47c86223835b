package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.stream.ContextEntry;
import dev.xenolith.engine.stream.StateLayout;
import java.util.Map;
import java.util.Optional;

/** The domain context for people: what each type of entry holds, and an entry as a tree. */
final class ContextMeaning {

    private record Kind(StateLayout<?> layout, String meaning) {}

    private static final Map<Integer, Kind> KINDS = Map.of(
            DomainContexts.MEMORY,
            new Kind(DomainContexts.MEMORY_LAYOUT, "limits, memory map and page-table roots"),
            DomainContexts.DOMAIN,
            new Kind(DomainContexts.DOMAIN_LAYOUT, "clock, assists, watchdogs, and whose turn it is"),
            DomainContexts.VCPU,
            new Kind(DomainContexts.VCPU_LAYOUT, "registers, traps, timers and run state"),
            DomainContexts.EVENT_CHANNELS,
            new Kind(DomainContexts.EVENT_CHANNELS_LAYOUT, "ports, what they are bound to, and their words"),
            DomainContexts.GRANTS,
            new Kind(DomainContexts.GRANTS_LAYOUT, "the grant table's frames and mappings"),
            DomainContexts.BACKENDS,
            new Kind(DomainContexts.BACKENDS_LAYOUT, "the domain's part of xenstore, and its console"));

    private ContextMeaning() {}

    static String of(ContextEntry entry) {
        Kind kind = KINDS.get(entry.descriptor().typecode());
        String meaning = kind == null ? "unknown" : kind.meaning();
        return entry.descriptor().ignored() ? meaning + "; a restore leaves it out" : meaning;
    }

    /** Empty for a type that nobody here knows. */
    static Optional<Object> tree(ContextEntry entry) {
        Kind kind = KINDS.get(entry.descriptor().typecode());
        return kind == null ? Optional.empty() : Optional.of(tree(kind.layout(), entry));
    }

    private static <S> Object tree(StateLayout<S> layout, ContextEntry entry) {
        return layout.tree(DomainContexts.decode(layout, entry));
    }
}
