package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MemoryOp;
import dev.xenolith.engine.abi.MemoryOp.AddToPhysmap;
import dev.xenolith.engine.abi.MemoryOp.E820Entry;
import dev.xenolith.engine.abi.MemoryOp.MachphysMapping;
import dev.xenolith.engine.abi.MemoryOp.MachphysMfnList;
import dev.xenolith.engine.abi.MemoryOp.MemoryMap;
import java.util.List;

/** {@code memory_op}, as far as an unprivileged PV domain gets ({@code xen/common/memory.c}). */
final class MemoryCall {

    /** Xen's table has room for this much, whatever the machine has ({@code MACH2PHYS_VIRT_END}). */
    private static final long M2P_START = 0xFFFF_8000_0000_0000L;

    private static final long M2P_END = 0xFFFF_8040_0000_0000L;

    private final DomainMemory memory;
    private final ForeignDomain foreign;
    private final Reservations reservations;
    private final MemoryExchange exchange;

    MemoryCall(DomainMemory memory) {
        this.memory = memory;
        foreign = new ForeignDomain(memory);
        reservations = new Reservations(memory, foreign);
        exchange = new MemoryExchange(memory, foreign);
    }

    long call(VcpuMmu vcpu, long command, long argument) {
        GuestAccess access = vcpu.access();
        long startExtent = command >>> MemoryOp.EXTENT_SHIFT;
        int operation = (int) command & MemoryOp.COMMAND_MASK;
        return switch (operation) {
            case MemoryOp.INCREASE_RESERVATION, MemoryOp.DECREASE_RESERVATION, MemoryOp.POPULATE_PHYSMAP ->
                reservations.call(access, operation, startExtent, argument);
            case MemoryOp.ADD_TO_PHYSMAP, MemoryOp.ADD_TO_PHYSMAP_BATCH ->
                refuseAddToPhysmap(access, operation, startExtent, argument);
            default -> startExtent != 0 ? refuseContinuation(operation) : simple(access, operation, argument);
        };
    }

    private static long refuseContinuation(int operation) {
        return switch (operation) {
            case MemoryOp.EXCHANGE,
                    MemoryOp.MAXIMUM_RAM_PAGE,
                    MemoryOp.CURRENT_RESERVATION,
                    MemoryOp.MAXIMUM_RESERVATION,
                    MemoryOp.MAXIMUM_GPFN,
                    MemoryOp.REMOVE_FROM_PHYSMAP,
                    MemoryOp.CLAIM_PAGES,
                    MemoryOp.GET_VNUMAINFO -> -Errno.EINVAL;
            // The others go to arch_memory_op, which compares the whole command.
            default -> -Errno.ENOSYS;
        };
    }

    private long simple(GuestAccess access, int operation, long argument) {
        return switch (operation) {
            case MemoryOp.EXCHANGE -> exchange.call(access, argument);
            case MemoryOp.MAXIMUM_RAM_PAGE -> memory.view().limit();
            case MemoryOp.CURRENT_RESERVATION -> ofDomain(access, argument, memory.pages());
            case MemoryOp.MAXIMUM_RESERVATION -> ofDomain(access, argument, memory.maxPages());
            case MemoryOp.MAXIMUM_GPFN -> ofDomain(access, argument, memory.maximumGpfn());
            case MemoryOp.MEMORY_MAP -> memoryMap(access, argument);
            case MemoryOp.MACHINE_MEMORY_MAP -> -Errno.EPERM;
            case MemoryOp.SET_MEMORY_MAP -> setMemoryMap(access, argument);
            case MemoryOp.MACHPHYS_MAPPING -> machphysMapping(access, argument);
            case MemoryOp.MACHPHYS_MFN_LIST -> machphysMfnList(access, argument);
            case MemoryOp.REMOVE_FROM_PHYSMAP -> refuseRemove(access, argument);
            case MemoryOp.CLAIM_PAGES -> -Errno.EPERM;
            // No virtual NUMA topology.
            case MemoryOp.GET_VNUMAINFO -> -Errno.EOPNOTSUPP;
            default -> -Errno.ENOSYS;
        };
    }

    private long ofDomain(GuestAccess access, long argument, long value) {
        int result = foreign.checkTarget(access.readShort(argument) & 0xFFFF);
        return result < 0 ? result : value;
    }

    /** Sets the address of start and the end of the whole window, and the highest frame that can be looked up. */
    private static long machphysMapping(GuestAccess access, long argument) {
        access.writeLong(argument + MachphysMapping.V_START, M2P_START);
        access.writeLong(argument + MachphysMapping.V_END, M2P_END);
        access.writeLong(argument + MachphysMapping.MAX_MFN, ((M2P_END - M2P_START) >>> 3) - 1);
        return 0;
    }

    private long memoryMap(GuestAccess access, long argument) {
        List<MemoryMapEntry> map = memory.memoryMap();
        int room = access.readInt(argument + MemoryMap.NR_ENTRIES);
        long buffer = access.readLong(argument + MemoryMap.BUFFER);
        if (map.isEmpty()) {
            return -Errno.ENOSYS;
        }
        int count = Integer.compareUnsigned(room, map.size()) < 0 ? room : map.size();
        for (int i = 0; i < count; i++) {
            long at = buffer + (long) i * E820Entry.SIZE;
            access.writeLong(at + E820Entry.ADDR, map.get(i).address());
            access.writeLong(at + E820Entry.LENGTH, map.get(i).bytes());
            access.writeInt(at + E820Entry.TYPE, map.get(i).type());
        }
        access.writeInt(argument + MemoryMap.NR_ENTRIES, count);
        return 0;
    }

    /** A domain may change its own map (XSM_TARGET); PV Linux never does. */
    private long setMemoryMap(GuestAccess access, long argument) {
        int domid = access.readShort(argument) & 0xFFFF;
        int entries = access.readInt(argument + 8 + MemoryMap.NR_ENTRIES);
        long buffer = access.readLong(argument + 8 + MemoryMap.BUFFER);
        if (Integer.compareUnsigned(entries, MemoryOp.E820_MAX) > 0) {
            return -Errno.EINVAL;
        }
        int known = foreign.checkTarget(domid);
        if (known < 0) {
            return known;
        }
        MemoryMapEntry[] map = new MemoryMapEntry[entries];
        for (int i = 0; i < entries; i++) {
            long at = buffer + (long) i * E820Entry.SIZE;
            map[i] = new MemoryMapEntry(
                    access.readLong(at + E820Entry.ADDR),
                    access.readLong(at + E820Entry.LENGTH),
                    access.readInt(at + E820Entry.TYPE));
        }
        memory.setMemoryMap(List.of(map));
        return 0;
    }

    /** The frames that hold the table are Xen's and no guest can map them: an empty list says so. */
    private static long machphysMfnList(GuestAccess access, long argument) {
        access.readInt(argument + MachphysMfnList.MAX_EXTENTS);
        access.writeInt(argument + MachphysMfnList.NR_EXTENTS, 0);
        return 0;
    }

    /** Only translated guests have a physmap of Xen's; the order of refusals is Xen's. */
    private long refuseAddToPhysmap(GuestAccess access, int operation, long startExtent, long argument) {
        if (startExtent != (startExtent & 0xFFFF)) {
            return -Errno.EDOM;
        }
        boolean batch = operation == MemoryOp.ADD_TO_PHYSMAP_BATCH;
        byte[] copied = new byte[batch ? AddToPhysmap.BATCH_SIZE : AddToPhysmap.SIZE];
        access.copyIn(argument, copied, 0, copied.length);
        int domid = access.readShort(argument + AddToPhysmap.DOMID) & 0xFFFF;
        if (batch) {
            int space = access.readShort(argument + AddToPhysmap.BATCH_SPACE) & 0xFFFF;
            if (space == MemoryOp.SPACE_GMFN_RANGE) {
                return -Errno.EOPNOTSUPP;
            }
        } else if (access.readInt(argument + AddToPhysmap.SPACE) == MemoryOp.SPACE_GMFN_FOREIGN) {
            return -Errno.ENOSYS;
        }
        int known = foreign.checkTarget(domid);
        return known == -Errno.ESRCH ? known : -Errno.EACCES;
    }

    private long refuseRemove(GuestAccess access, long argument) {
        byte[] copied = new byte[AddToPhysmap.REMOVE_SIZE];
        access.copyIn(argument, copied, 0, copied.length);
        int known = foreign.checkTarget(access.readShort(argument) & 0xFFFF);
        return known == -Errno.ESRCH ? known : -Errno.EACCES;
    }
}
