package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.cpu.CpuEnvironment;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one domain's guest sees of the hypervisor. Given to the domain as the maker of its vcpus' environments; the
 * hypercall table is made with the first vcpu, when the domain stands.
 */
public final class GuestInterface implements Vcpu.EnvironmentFactory {

    private final Function<GuestDomain, GrantCalls> grants;
    private @Nullable Hypercalls calls;

    public GuestInterface(Function<GuestDomain, GrantCalls> grants) {
        this.grants = grants;
    }

    @Override
    public CpuEnvironment create(Vcpu vcpu) {
        if (calls == null) {
            calls = new Hypercalls(vcpu.domain(), grants.apply(vcpu.domain()));
        }
        return new PvEnvironment(vcpu, calls);
    }

    /** Hypercalls that the guest made and nobody knows, by number, with how often. */
    public Map<Long, Long> unknownCalls() {
        return calls == null ? Map.of() : calls.counts().unknown();
    }

    /** How often the guest made a hypercall. */
    public long callsOf(int number) {
        return calls == null ? 0 : calls.counts().of(number);
    }
}
