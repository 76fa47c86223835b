package dev.xenolith.engine.abi;

/** Commands of physdev_op ({@code public/physdev.h}, {@code PHYSDEVOP_*}). */
public final class PhysdevOp {

    public static final int IRQ_UNMASK_NOTIFY = 4;
    public static final int IRQ_STATUS_QUERY = 5;
    public static final int SET_IOPL = 6;
    public static final int SET_IOBITMAP = 7;
    public static final int APIC_READ = 8;
    public static final int APIC_WRITE = 9;
    public static final int ALLOC_IRQ_VECTOR = 10;
    public static final int FREE_IRQ_VECTOR = 11;
    public static final int EOI = 12;
    public static final int MAP_PIRQ = 13;
    public static final int UNMAP_PIRQ = 14;
    public static final int MANAGE_PCI_ADD = 15;
    public static final int MANAGE_PCI_REMOVE = 16;
    public static final int PIRQ_EOI_GMFN_V1 = 17;
    public static final int RESTORE_MSI = 19;
    public static final int MANAGE_PCI_ADD_EXT = 20;
    public static final int SETUP_GSI = 21;
    public static final int GET_FREE_PIRQ = 23;
    public static final int PCI_MMCFG_RESERVED = 24;
    public static final int PCI_DEVICE_ADD = 25;
    public static final int PCI_DEVICE_REMOVE = 26;
    public static final int RESTORE_MSI_EXT = 27;
    public static final int PIRQ_EOI_GMFN_V2 = 28;
    public static final int DBGP_OP = 29;
    public static final int PREPARE_MSIX = 30;
    public static final int RELEASE_MSIX = 31;

    private PhysdevOp() {}
}
