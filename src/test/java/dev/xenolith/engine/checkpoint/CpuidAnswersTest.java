package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.domain.CpuidLeaf;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.hypercall.CpuidPolicy;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.xenstore.Xenstore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A guest goes on to see the CPU that it was saved on, not the one it is restored on. */
class CpuidAnswersTest {

    private static final int SSE3 = 1;

    private final Machine machine = new Machine(4000);
    private final Pcpus pcpus = new Pcpus(1);
    private final StillDomain.Host host = new StillDomain.Host(new EventFabric(), pcpus, new Xenstore());
    private final StillDomain saved = StillDomain.build(machine, host, 1);
    private final StillDomain restored = StillDomain.build(machine, host, 2);

    @AfterEach
    void close() {
        saved.close();
        restored.close();
        pcpus.close();
        machine.close();
    }

    @Test
    void listsAllThatANewGuestIsTold() {
        List<CpuidLeaf> answers = DomainFacts.of(saved.guest()).cpuid();

        assertThat(answers.get(1).c() & SSE3).isEqualTo(SSE3);
        DomainFacts.of(saved.guest()).restore(restored.guest());
        for (CpuidLeaf leaf : answers) {
            assertThat(told(restored.guest(), leaf.leaf())).isEqualTo(told(saved.guest(), leaf.leaf()));
        }
        assertThat(told(restored.guest(), CpuidPolicy.MAX_BASIC + 1)).isEqualTo(new CpuidPolicy.Leaf(0, 0, 0, 0));
        assertThat(told(restored.guest(), 0x40000000)).isEqualTo(told(saved.guest(), 0x40000000));
    }

    /** As it was told by a server whose CPU had none. */
    @Test
    void doesNotOfferSse3ToAGuestSavedWithoutIt() {
        withAnswers(DomainFacts.of(saved.guest()).cpuid().stream()
                        .map(leaf -> leaf.leaf() == 1
                                ? new CpuidLeaf(1, leaf.subleaf(), leaf.a(), leaf.b(), leaf.c() & ~SSE3, leaf.d())
                                : leaf)
                        .toList())
                .restore(restored.guest());

        CpuidPolicy.Leaf now = told(saved.guest(), 1);
        assertThat(told(restored.guest(), 1))
                .isEqualTo(new CpuidPolicy.Leaf(now.a(), now.b(), now.c() & ~SSE3, now.d()));
        assertThat(told(restored.guest(), 0x80000001)).isEqualTo(told(saved.guest(), 0x80000001));
    }

    @Test
    void keepsAnswersFromElsewhereThroughSaves() {
        List<CpuidLeaf> elsewhere = List.of(new CpuidLeaf(1, CpuidLeaf.ANY_SUBLEAF, 1, 2, 3, 4));
        withAnswers(elsewhere).restore(restored.guest());

        assertThat(DomainFacts.of(restored.guest()).cpuid()).isEqualTo(elsewhere);
        assertThat(told(restored.guest(), 1)).isEqualTo(new CpuidPolicy.Leaf(1, 2, 3, 4));
        assertThat(told(restored.guest(), 0x80000001)).isEqualTo(new CpuidPolicy.Leaf(0, 0, 0, 0));
    }

    private DomainFacts withAnswers(List<CpuidLeaf> answers) {
        DomainFacts facts = DomainFacts.of(saved.guest());
        return new DomainFacts(
                facts.assists(), answers, facts.shutdownCode(), facts.clock(), facts.watchdogs(), facts.rounds());
    }

    private static CpuidPolicy.Leaf told(GuestDomain guest, int leaf) {
        return CpuidPolicy.leaf(guest, leaf, 0);
    }
}
