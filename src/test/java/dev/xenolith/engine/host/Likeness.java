package dev.xenolith.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.machine.FrameBackings;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryState;
import dev.xenolith.engine.mmu.MemoryStates;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * All that an exchange could change of a suspended domain: every byte of its memory, types, counts and pins, m2p, base and
 * descriptor tables, what the engine holds, and the register with the start info's number.
 */
record Likeness(
        List<String> frames,
        TreeMap<Integer, Integer> pages,
        List<MemoryState.M2pEntry> m2p,
        List<MemoryState.VcpuTables> vcpus,
        List<Object> held,
        long rdx) {

    static Likeness of(GuestDomain domain) {
        DomainMemory memory = domain.memory();
        MemoryState state = MemoryStates.of(memory);
        List<String> frames = new ArrayList<>();
        state.frames().forEach(frame -> frames.add(frame.toString().replaceAll("isZero=.*", "")));
        TreeMap<Integer, Integer> pages = new TreeMap<>();
        memory.machine().forEachFrame(memory.owner(), mfn -> pages.put(mfn, crc(memory, mfn)));
        List<Object> held = new ArrayList<>();
        domain.vcpus().forEach(vcpu -> held.add(vcpu.state()));
        held.add(domain.events().state());
        return new Likeness(
                frames,
                pages,
                state.m2p(),
                state.vcpus(),
                held,
                domain.vcpu(0).cpu().gpr(Gpr.RDX));
    }

    private static int crc(DomainMemory memory, int mfn) {
        byte[] bytes = new byte[PageSize.BYTES];
        memory.read(mfn, 0, bytes, 0, bytes.length);
        return FrameBackings.crc32c(MemorySegment.ofArray(bytes));
    }

    void expectSameAs(Likeness before, String when) {
        assertThat(frames).as(when + ": types, counts, pins").isEqualTo(before.frames);
        assertThat(pages).as(when + ": bytes").isEqualTo(before.pages);
        assertThat(m2p).as(when + ": m2p").isEqualTo(before.m2p);
        assertThat(vcpus)
                .as(when + ": base and descriptor tables")
                .usingRecursiveComparison()
                .isEqualTo(before.vcpus);
        assertThat(held)
                .as(when + ": vcpus and held pages")
                .usingRecursiveComparison()
                .isEqualTo(before.held);
        assertThat(rdx).as(when + ": rdx").isEqualTo(before.rdx);
    }
}
