package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.backend.BackendsState;
import dev.xenolith.engine.domain.VcpuState;
import dev.xenolith.engine.evtchn.EventChannelsState;
import dev.xenolith.engine.grant.GrantsState;
import dev.xenolith.engine.stream.ContextEntry;
import dev.xenolith.engine.stream.ContextScope;
import dev.xenolith.engine.stream.ContextType;
import dev.xenolith.engine.stream.ContextTypes;
import dev.xenolith.engine.stream.StateLayout;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * All that lives only in the hypervisor, by type. A restore calls the loaders in the order of the codes: vcpus exist
 * before event channels count their upcalls, channels before the backends that attach to them.
 */
public final class DomainContexts {

    /** Of the layouts; raised with {@link TransparentHeader#VERSION}. */
    static final int VERSION = TransparentHeader.VERSION;

    static final int MEMORY = 2;
    static final int DOMAIN = 3;
    static final int VCPU = 4;
    static final int EVENT_CHANNELS = 5;
    static final int GRANTS = 6;
    static final int BACKENDS = 7;

    static final StateLayout<MemoryContext> MEMORY_LAYOUT = StateLayout.of(MemoryContext.class);
    static final StateLayout<DomainFacts> DOMAIN_LAYOUT = StateLayout.of(DomainFacts.class);
    static final StateLayout<VcpuState> VCPU_LAYOUT = StateLayout.of(VcpuState.class, FpuLeaf.LEAF);
    static final StateLayout<EventChannelsState> EVENT_CHANNELS_LAYOUT = StateLayout.of(EventChannelsState.class);
    static final StateLayout<GrantsState> GRANTS_LAYOUT = StateLayout.of(GrantsState.class);
    static final StateLayout<BackendsState> BACKENDS_LAYOUT = StateLayout.of(BackendsState.class);

    /** The largest entry a restore reads into memory at once. */
    private static final int ENTRY_BYTES_MAX = 64 << 20;

    private static final ContextTypes<DomainParts> TYPES = register();

    private DomainContexts() {}

    static ContextTypes<DomainParts> types() {
        return TYPES;
    }

    /** For those who list or describe the entries. */
    public static Collection<ContextType<DomainParts>> all() {
        return TYPES.types();
    }

    /** The layouts of all entries, for the format's documentation. */
    static List<StateLayout<?>> layouts() {
        return List.of(
                MEMORY_LAYOUT, DOMAIN_LAYOUT, VCPU_LAYOUT, EVENT_CHANNELS_LAYOUT, GRANTS_LAYOUT, BACKENDS_LAYOUT);
    }

    private static ContextTypes<DomainParts> register() {
        return new ContextTypes<DomainParts>(VERSION)
                .register(global(
                        MEMORY,
                        "MEMORY",
                        MEMORY_LAYOUT,
                        parts -> MemoryContext.of(parts.guest().memory()),
                        (parts, state) -> {
                            // Taken before the domain was made, see TransparentRestore.
                        }))
                .register(domain())
                .register(vcpu())
                .register(global(
                        EVENT_CHANNELS,
                        "EVENT_CHANNELS",
                        EVENT_CHANNELS_LAYOUT,
                        parts -> parts.guest().events().state(),
                        (parts, state) -> parts.guest().events().restore(state)))
                .register(global(
                        GRANTS,
                        "GRANTS",
                        GRANTS_LAYOUT,
                        parts -> parts.site().grants().state(),
                        (parts, state) -> parts.site().grants().restore(state)))
                .register(global(
                        BACKENDS,
                        "BACKENDS",
                        BACKENDS_LAYOUT,
                        parts -> parts.backends().state(),
                        DomainParts::furnish));
    }

    private static ContextType<DomainParts> domain() {
        return new ContextType<>(
                DOMAIN,
                "DOMAIN",
                ContextScope.GLOBAL,
                (parts, vcpu, out) -> out.write(DOMAIN, 0, DOMAIN_LAYOUT.encode(DomainFacts.of(parts.guest()))),
                (parts, vcpu, in) -> {
                    DomainFacts facts = decode(DOMAIN_LAYOUT, in);
                    StateChecks.domain(in, parts.vcpus(), facts);
                    apply(in, () -> facts.restore(parts.guest()));
                });
    }

    private static ContextType<DomainParts> vcpu() {
        return new ContextType<>(
                VCPU,
                "VCPU",
                ContextScope.PER_VCPU,
                (parts, vcpu, out) -> out.write(
                        VCPU, vcpu, VCPU_LAYOUT.encode(parts.guest().vcpu(vcpu).state())),
                (parts, vcpu, in) -> {
                    VcpuState state = decode(VCPU_LAYOUT, in);
                    StateChecks.vcpu(in, vcpu, parts.guest().memory(), state);
                    apply(in, () -> parts.guest().vcpu(vcpu).restore(state));
                });
    }

    private static <S> ContextType<DomainParts> global(
            int code,
            String name,
            StateLayout<S> layout,
            Function<DomainParts, S> state,
            BiConsumer<DomainParts, S> restore) {
        return new ContextType<>(
                code,
                name,
                ContextScope.GLOBAL,
                (parts, vcpu, out) -> out.write(code, 0, layout.encode(state.apply(parts))),
                (parts, vcpu, in) -> {
                    S saved = decode(layout, in);
                    apply(in, () -> restore.accept(parts, saved));
                });
    }

    static <S> S decode(StateLayout<S> layout, ContextEntry in) {
        if (in.remaining() > ENTRY_BYTES_MAX) {
            throw new ImageCorruptException(
                    in.name(), in.offset(), "at most " + ENTRY_BYTES_MAX + " bytes", in.remaining() + " bytes");
        }
        return layout.decode(in.read((int) in.remaining()), in.name(), in.offset());
    }

    /** What a part refuses to take back is damage: it could not have been saved. */
    private static void apply(ContextEntry in, Runnable restore) {
        try {
            restore.run();
        } catch (EngineException e) {
            throw e;
        } catch (RuntimeException e) {
            ImageCorruptException damage = new ImageCorruptException(
                    in.name(), in.offset(), "a state that a domain can have", String.valueOf(e.getMessage()));
            damage.initCause(e);
            throw damage;
        }
    }
}
