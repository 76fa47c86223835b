package dev.xenolith.engine.host;

import dev.xenolith.engine.FrameGrant;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.MemorySnapshot;
import dev.xenolith.engine.PageTableSnapshot;
import dev.xenolith.engine.VcpuSnapshot;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Snapshots of a domain at rest, for those who look in from outside. */
final class Views {

    private static final String[] GPR_NAMES = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
    };

    private static final String[] SREG_NAMES = {"es", "cs", "ss", "ds", "fs", "gs"};

    private Views() {}

    static VcpuSnapshot vcpu(Vcpu vcpu) {
        return new VcpuSnapshot(
                vcpu.id(), state(vcpu), vcpu.cpu().kernelMode(), vcpu.upcallsMasked(), registers(vcpu), vcpu.retired());
    }

    private static String state(Vcpu vcpu) {
        if (!vcpu.isUp()) {
            return "offline";
        }
        if (vcpu.isBlocked()) {
            return "blocked";
        }
        return vcpu.domain().lifecycle().isRunning() ? "running" : "runnable";
    }

    private static Map<String, Long> registers(Vcpu vcpu) {
        Cpu cpu = vcpu.cpu();
        Map<String, Long> registers = new LinkedHashMap<>();
        for (int i = 0; i < GPR_NAMES.length; i++) {
            registers.put(GPR_NAMES[i], cpu.gpr(i));
        }
        registers.put("rip", cpu.rip());
        registers.put("rflags", cpu.rflags());
        registers.put("cr2", vcpu.cr2);
        registers.put("cr3", vcpu.mmu().kernelGuestMfn() << 12);
        registers.put("cr3_user", vcpu.mmu().userGuestMfn() << 12);
        registers.put("fs_base", cpu.fsBase());
        registers.put("gs_base", cpu.gsBase());
        registers.put("gs_base_kernel", cpu.kernelMode() ? cpu.gsBase() : cpu.kernelGsBase());
        for (int i = 0; i < Sreg.COUNT; i++) {
            registers.put(SREG_NAMES[i], (long) cpu.selector(i));
        }
        return registers;
    }

    static MemorySnapshot memory(DomainMemory memory) {
        Machine machine = memory.machine();
        Map<String, Long> types = new LinkedHashMap<>();
        Map<String, Long> backings = new LinkedHashMap<>();
        long[] pinned = {0};
        machine.forEachFrame(memory.owner(), mfn -> {
            types.merge(typeName(machine.table().type(mfn)), 1L, Long::sum);
            backings.merge(backing(machine, mfn), 1L, Long::sum);
            pinned[0] += machine.table().has(mfn, FrameFlags.PINNED) ? 1 : 0;
        });
        return new MemorySnapshot(memory.pages(), memory.maxPages(), types, backings, pinned[0]);
    }

    static List<PageTableSnapshot> pageTables(DomainMemory memory) {
        Machine machine = memory.machine();
        FrameTable table = machine.table();
        List<PageTableSnapshot> tables = new ArrayList<>();
        machine.forEachFrame(memory.owner(), mfn -> {
            if (FrameType.isPageTable(table.type(mfn))) {
                tables.add(new PageTableSnapshot(
                        mfn,
                        memory.m2p().get(memory.view().guestMfnOf(mfn)),
                        table.type(mfn),
                        table.has(mfn, FrameFlags.PINNED),
                        table.typeCount(mfn),
                        present(memory, mfn)));
            }
        });
        return tables;
    }

    private static int present(DomainMemory memory, int mfn) {
        int present = 0;
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            present += PageTableEntry.isPresent(memory.readLong(mfn, slot << 3)) ? 1 : 0;
        }
        return present;
    }

    /** Of a frame whose owner nobody has at rest, only whose it is: what is in its entry is for the owner's carrier. */
    static FrameSnapshot frame(Machine machine, int mfn) {
        FrameOwner holder = machine.ownerOf(mfn);
        return new FrameSnapshot(
                mfn,
                machine.state(mfn),
                holder == null ? null : holder.domid(),
                null,
                typeName(FrameType.NONE),
                0,
                0,
                false,
                FrameGrant.NONE,
                "none");
    }

    /**
     * Of a frame of a domain that is at rest, unless it has lost it.
     *
     * @param granted frames of the owner that it lets others have, by its own numbers
     */
    static FrameSnapshot frame(Machine machine, int mfn, HostedDomain owner, Map<Long, FrameGrant> granted) {
        DomainMemory memory = owner.guest().memory();
        if (!machine.owns(memory.owner(), mfn)) {
            return frame(machine, mfn);
        }
        FrameTable table = machine.table();
        long name = memory.view().guestMfnOf(mfn);
        long pfn = memory.m2p().get(name);
        return new FrameSnapshot(
                mfn,
                machine.state(mfn),
                memory.owner().domid(),
                pfn < 0 ? null : pfn,
                typeName(table.type(mfn)),
                table.typeCount(mfn),
                table.total(mfn),
                table.has(mfn, FrameFlags.PINNED),
                granted.getOrDefault(name, FrameGrant.NONE),
                backing(machine, mfn));
    }

    private static String typeName(int type) {
        return FrameType.name(type).toLowerCase(Locale.ROOT);
    }

    private static String backing(Machine machine, int mfn) {
        return machine.backings().describe(mfn);
    }
}
