package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.GuestFault;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.Vcpu;

/**
 * Model-specific registers as a PV guest on an AMD-like CPU finds them ({@code xen/arch/x86/msr.c},
 * {@code emul-priv-op.c}, {@code vmce.c}). All others raise #GP, which kernels rely on to find out what is there.
 */
public final class Msrs {

    private static final int TSC = 0x10;
    private static final int APIC_BASE = 0x1b;
    private static final int PATCH_LEVEL = 0x8b;
    private static final int PLATFORM_INFO = 0xce;
    private static final int MPERF = 0xe7;
    private static final int APERF = 0xe8;
    private static final int MISC_FEATURES = 0x140;
    private static final int MCG_CAP = 0x179;
    private static final int MCG_STATUS = 0x17a;
    private static final int MCG_CTL = 0x17b;
    private static final int PAT = 0x277;
    private static final int MC0_CTL = 0x400;
    private static final int HYPERCALL_PAGE = 0x40000000;
    private static final int EFER = 0xc0000080;
    private static final int FS_BASE = 0xc0000100;
    private static final int GS_BASE = 0xc0000101;
    private static final int KERNEL_GS_BASE = 0xc0000102;
    private static final int K7_EVNTSEL0 = 0xc0010000;
    private static final int K7_PERFCTR3 = 0xc0010007;
    private static final int HWCR = 0xc0010015;
    private static final int NB_CFG = 0xc001001f;
    private static final int FID_VID_CTL = 0xc0010041;
    private static final int FID_VID_STATUS = 0xc0010042;
    private static final int PSTATE_LIMIT = 0xc0010061;
    private static final int PSTATE7 = 0xc001006b;
    private static final int F15H_EVNTSEL0 = 0xc0010200;
    private static final int F15H_PERFCTR5 = 0xc001020b;
    private static final int DE_CFG = 0xc0011029;

    /** Two machine-check banks, as Xen gives a guest. */
    public static final long MCG_CAP_VALUE = 2;

    private static final int MC_BANKS = (int) MCG_CAP_VALUE;
    private static final int REGISTERS_A_BANK = 4;

    /** SCE, LME, LMA, NXE. */
    private static final long EFER_VALUE = 0xd01;

    private static final long APIC_ENABLED_AT_DEFAULT = 0xfee00800L;
    private static final long APIC_BOOT_PROCESSOR = 0x100;
    private static final long PATCH_LEVEL_VALUE = 0x01000065;
    private static final long LFENCE_SERIALISES = 2;

    /** Write-back, write-through, UC-, UC, WC, WP: Xen's order, which page tables of guests refer to. */
    private static final long PAT_VALUE = 0x0000_0501_0007_0406L;

    private Msrs() {}

    static long read(Vcpu vcpu, int index) {
        Cpu cpu = vcpu.cpu();
        if (isMachineCheckBank(index)) {
            // Control shows all ones; status, address and misc are clear.
            return (index & 3) == 0 ? -1 : 0;
        }
        if (isIgnored(index)) {
            return 0;
        }
        return switch (index) {
            case FS_BASE -> cpu.fsBase();
            case GS_BASE -> cpu.gsBase();
            case KERNEL_GS_BASE -> cpu.kernelGsBase();
            case TSC -> vcpu.domain().tsc();
            case EFER -> EFER_VALUE;
            case APIC_BASE -> APIC_ENABLED_AT_DEFAULT | (vcpu.id() == 0 ? APIC_BOOT_PROCESSOR : 0);
            case PATCH_LEVEL -> PATCH_LEVEL_VALUE;
            case PAT -> PAT_VALUE;
            case MCG_CAP -> MCG_CAP_VALUE;
            case DE_CFG -> LFENCE_SERIALISES;
            case PLATFORM_INFO, MISC_FEATURES, MCG_STATUS, MCG_CTL, HYPERCALL_PAGE -> 0;
            default -> throw refuse(cpu);
        };
    }

    static void write(Vcpu vcpu, int index, long value) {
        Cpu cpu = vcpu.cpu();
        if (isMachineCheckBank(index)) {
            // Banks can be cleared, no error put into them.
            if ((index & 3) != 0 && value != 0) {
                throw refuse(cpu);
            }
            return;
        }
        if (isIgnored(index)) {
            return;
        }
        switch (index) {
            case FS_BASE -> cpu.setFsBase(canonical(cpu, value));
            case GS_BASE -> cpu.setGsBase(canonical(cpu, value));
            case KERNEL_GS_BASE -> cpu.setKernelGsBase(canonical(cpu, value));
            case EFER -> require(cpu, value == EFER_VALUE);
            case PATCH_LEVEL, MPERF, APERF, MCG_STATUS, MCG_CTL -> {
                // Taken and forgotten.
            }
            case HYPERCALL_PAGE -> require(cpu, HypercallPageFill.fill(vcpu.domain(), value));
            default -> throw refuse(cpu);
        }
    }

    /** What Xen answers 0 to and whose writes it drops: performance counters of a guest without vpmu, power states. */
    private static boolean isIgnored(int index) {
        return (index >= K7_EVNTSEL0 && index <= K7_PERFCTR3)
                || (index >= F15H_EVNTSEL0 && index <= F15H_PERFCTR5)
                || (index >= PSTATE_LIMIT && index <= PSTATE7)
                || index == FID_VID_CTL
                || index == FID_VID_STATUS
                || index == HWCR
                || index == NB_CFG;
    }

    private static boolean isMachineCheckBank(int index) {
        return index >= MC0_CTL && index < MC0_CTL + MC_BANKS * REGISTERS_A_BANK;
    }

    private static long canonical(Cpu cpu, long address) {
        require(cpu, TrapCalls.isCanonical(address));
        return address;
    }

    private static void require(Cpu cpu, boolean allowed) {
        if (!allowed) {
            throw refuse(cpu);
        }
    }

    private static GuestFault refuse(Cpu cpu) {
        return cpu.fault(Vector.GP, 0);
    }
}
