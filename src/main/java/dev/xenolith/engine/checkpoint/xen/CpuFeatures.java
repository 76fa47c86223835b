package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.domain.CpuidLeaf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of CPUID that say what a guest may execute, and what of each our CPU has. Names are those of Xen ({@code
 * xen/include/public/arch-x86/cpufeatureset.h}).
 *
 * <p>All other words describe (a name, caches, widths) and promise nothing.
 */
enum CpuFeatures {
    BASIC_ECX(
            1,
            0,
            Register.ECX,
            0x80002001,
            "SSE3 PCLMULQDQ DTES64 MONITOR DSCPL VMX SMX EIST TM2 SSSE3 CNXTID SDBG FMA CX16 XTPR PDCM - PCID DCA SSE4_1"
                    + " SSE4_2 X2APIC MOVBE POPCNT TSC_DEADLINE AESNI XSAVE OSXSAVE AVX F16C RDRAND HYPERVISOR"),
    BASIC_EDX(
            1,
            0,
            Register.EDX,
            0x1f89c3f5,
            "FPU VME DE PSE TSC MSR PAE MCE CX8 APIC - SEP MTRR PGE MCA CMOV PAT PSE36 PSN CLFLUSH - DS ACPI MMX FXSR SSE"
                    + " SSE2 SS HTT TM IA64 PBE"),
    STRUCTURED_EBX(
            7,
            0,
            Register.EBX,
            0,
            "FSGSBASE TSC_ADJUST SGX BMI1 HLE AVX2 FDP_EXCP_ONLY SMEP BMI2 ERMS INVPCID RTM PQM NO_FPU_SEL MPX PQE AVX512F"
                    + " AVX512DQ RDSEED ADX SMAP AVX512_IFMA - CLFLUSHOPT CLWB PROC_TRACE AVX512PF AVX512ER AVX512CD SHA"
                    + " AVX512BW AVX512VL"),
    STRUCTURED_ECX(
            7,
            0,
            Register.ECX,
            0,
            "PREFETCHWT1 AVX512_VBMI UMIP PKU OSPKE - AVX512_VBMI2 CET_SS GFNI VAES VPCLMULQDQ AVX512_VNNI AVX512_BITALG"
                    + " - AVX512_VPOPCNTDQ - - - - - - - RDPID - - CLDEMOTE - MOVDIRI MOVDIR64B ENQCMD - PKS"),
    STRUCTURED_EDX(
            7,
            0,
            Register.EDX,
            0,
            "- - AVX512_4VNNIW AVX512_4FMAPS FSRM - - - AVX512_VP2INTERSECT SRBDS_CTRL MD_CLEAR - - TSX_FORCE_ABORT SERIALIZE"
                    + " HYBRID TSXLDTRK - - - CET_IBT - - AVX512_FP16 - - IBRSB STIBP L1D_FLUSH ARCH_CAPS CORE_CAPS SSBD"),
    STRUCTURED_1_EAX(
            7,
            1,
            Register.EAX,
            0,
            "SHA512 SM3 SM4 - AVX_VNNI AVX512_BF16 - - - - FZRM FSRS FSRCS - - - - - - - - - - AVX_IFMA"),
    XSAVE_EAX(0xd, 1, Register.EAX, 0, "XSAVEOPT XSAVEC XGETBV1 XSAVES"),
    EXTENDED_ECX(
            0x80000001,
            0,
            Register.ECX,
            0x3,
            "LAHF_LM CMP_LEGACY SVM EXTAPIC CR8_LEGACY ABM SSE4A MISALIGNSSE 3DNOWPREFETCH OSVW IBS XOP SKINIT WDT - LWP FMA4"
                    + " - - NODEID_MSR - TBM TOPOEXT - - - DBEXT - - MONITORX"),
    EXTENDED_EDX(
            0x80000001,
            0,
            Register.EDX,
            0x2191cbf5,
            "FPU VME DE PSE TSC MSR PAE MCE CX8 APIC - SYSCALL MTRR PGE MCA CMOV PAT PSE36 - - NX - MMXEXT MMX FXSR FFXSR"
                    + " PAGE1GB RDTSCP - LM 3DNOWEXT 3DNOW"),
    POWER_EDX(0x80000007, 0, Register.EDX, 0x100, "- - - - - - - - ITSC - EFRO"),
    WIDTHS_EBX(
            0x80000008,
            0,
            Register.EBX,
            0,
            "CLZERO - RSTR_FP_ERR_PTRS - - - - - - WBNOINVD - - IBPB - IBRS STIBP IBRS_ALWAYS STIBP_ALWAYS IBRS_FAST"
                    + " IBRS_SAME_MODE NO_LMSL - - AMD_PPIN AMD_SSBD VIRT_SSBD SSB_NO - PSFD"),
    MORE_EAX(
            0x80000021,
            0,
            Register.EAX,
            0x4,
            "NO_NEST_BP FS_GS_NS LFENCE_DISPATCH - - - NSCB AUTO_IBRS AMD_FSRS AMD_FSRC - - - - - - - CPUID_USER_DIS EPSF"
                    + " FSRSC AMD_PREFETCHI");

    /** One of the four that CPUID fills. */
    enum Register {
        EAX,
        EBX,
        ECX,
        EDX
    }

    private final int leaf;
    private final int subleaf;
    private final Register register;
    private final int ours;
    private final String names;

    CpuFeatures(int leaf, int subleaf, Register register, int ours, String names) {
        this.leaf = leaf;
        this.subleaf = subleaf;
        this.register = register;
        this.ours = ours;
        this.names = names;
    }

    /** Whether a leaf of a policy has this word; {@code -1} stands for every subleaf. */
    boolean isOf(int someLeaf, int someSubleaf) {
        return leaf == someLeaf && (someSubleaf == CpuidLeaf.ANY_SUBLEAF || subleaf == someSubleaf);
    }

    Register register() {
        return register;
    }

    /** What our CPU has. */
    int ours() {
        return ours;
    }

    /** Names of bits, each with its place: {@code AVX (CPUID 0x1.ecx bit 28)}. */
    List<String> describe(int bits) {
        List<String> all = new ArrayList<>();
        String[] known = names.split(" ", -1);
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                String place = "CPUID 0x%x%s.%s bit %d"
                        .formatted(
                                leaf,
                                subleaf == 0 ? "" : "." + subleaf,
                                register.name().toLowerCase(Locale.ROOT),
                                bit);
                boolean named = bit < known.length && !known[bit].equals("-");
                all.add(named ? known[bit] + " (" + place + ")" : place);
            }
        }
        return all;
    }
}
