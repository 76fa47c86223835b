package dev.xenolith.engine.abi;

/** Commands and structs of {@code memory_op} ({@code public/memory.h}). */
public final class MemoryOp {

    /** The command's upper bits say how many extents an earlier, preempted call did. */
    public static final int EXTENT_SHIFT = 6;

    public static final int COMMAND_MASK = (1 << EXTENT_SHIFT) - 1;

    public static final int INCREASE_RESERVATION = 0;
    public static final int DECREASE_RESERVATION = 1;
    public static final int MAXIMUM_RAM_PAGE = 2;
    public static final int CURRENT_RESERVATION = 3;
    public static final int MAXIMUM_RESERVATION = 4;
    public static final int MACHPHYS_MFN_LIST = 5;
    public static final int POPULATE_PHYSMAP = 6;
    public static final int ADD_TO_PHYSMAP = 7;
    public static final int MEMORY_MAP = 9;
    public static final int MACHINE_MEMORY_MAP = 10;
    public static final int EXCHANGE = 11;
    public static final int MACHPHYS_MAPPING = 12;
    public static final int SET_MEMORY_MAP = 13;
    public static final int MAXIMUM_GPFN = 14;
    public static final int REMOVE_FROM_PHYSMAP = 15;
    public static final int ADD_TO_PHYSMAP_BATCH = 23;
    public static final int CLAIM_PAGES = 24;
    public static final int GET_VNUMAINFO = 26;

    /** Low bits of mem_flags: the widest address the frames may have. */
    public static final int MEMF_ADDRESS_BITS_MASK = 0xFF;

    public static final int MEMF_POPULATE_ON_DEMAND = 1 << 16;
    public static final int MEMF_EXACT_NODE_REQUEST = 1 << 17;

    /** Space argument of add_to_physmap that only its batch form takes. */
    public static final int SPACE_GMFN_RANGE = 3;

    public static final int SPACE_GMFN_FOREIGN = 4;

    /** Most entries that a memory map may have (Xen's E820MAX). */
    public static final int E820_MAX = 1024;

    private MemoryOp() {}

    /**
     * {@code struct xen_memory_reservation}.
     *
     * <pre>
     *   0              8            16             20          24      26 … 32
     *   | extent_start | nr_extents | extent_order | mem_flags | domid |
     * </pre>
     */
    public static final class Reservation {
        public static final int SIZE = 32;
        public static final int EXTENT_START = 0;
        public static final int NR_EXTENTS = 8;
        public static final int EXTENT_ORDER = 16;
        public static final int MEM_FLAGS = 20;
        public static final int DOMID = 24;

        private Reservation() {}
    }

    /** {@code struct xen_memory_exchange}: two reservations and nr_exchanged. */
    public static final class Exchange {
        public static final int SIZE = 72;
        public static final int IN = 0;
        public static final int OUT = Reservation.SIZE;
        public static final int NR_EXCHANGED = 2 * Reservation.SIZE;

        private Exchange() {}
    }

    /** {@code struct xen_machphys_mapping}: three longs. */
    public static final class MachphysMapping {
        public static final int SIZE = 24;
        public static final int V_START = 0;
        public static final int V_END = 8;
        public static final int MAX_MFN = 16;

        private MachphysMapping() {}
    }

    /** {@code struct xen_memory_map}: nr_entries, then the address of the buffer. */
    public static final class MemoryMap {
        public static final int SIZE = 16;
        public static final int NR_ENTRIES = 0;
        public static final int BUFFER = 8;

        private MemoryMap() {}
    }

    /** An entry of the map, as of the BIOS call: no padding. */
    public static final class E820Entry {
        public static final int SIZE = 20;
        public static final int ADDR = 0;
        public static final int LENGTH = 8;
        public static final int TYPE = 16;
        public static final int RAM = 1;
        public static final int RESERVED = 2;

        private E820Entry() {}
    }

    /** {@code struct xen_machphys_mfn_list}. */
    public static final class MachphysMfnList {
        public static final int SIZE = 24;
        public static final int MAX_EXTENTS = 0;
        public static final int EXTENT_START = 8;
        public static final int NR_EXTENTS = 16;

        private MachphysMfnList() {}
    }

    /** {@code struct xen_add_to_physmap}: what is needed to refuse it properly. */
    public static final class AddToPhysmap {
        public static final int SIZE = 24;
        public static final int DOMID = 0;
        public static final int SPACE = 4;
        public static final int BATCH_SPACE = 2;
        public static final int BATCH_SIZE = 32;
        public static final int REMOVE_SIZE = 16;

        private AddToPhysmap() {}
    }
}
