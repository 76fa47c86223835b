package dev.xenolith.engine.abi;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import org.junit.jupiter.api.Test;

/** {@code public/xen.h} and {@code public/arch-x86/xen.h}, written down a second time with C's names. */
class SharedInfoLayoutTest {

    private static final MemoryLayout TIME = structLayout(
            JAVA_INT.withName("version"),
            JAVA_INT.withName("pad0"),
            JAVA_LONG.withName("tsc_timestamp"),
            JAVA_LONG.withName("system_time"),
            JAVA_INT.withName("tsc_to_system_mul"),
            JAVA_BYTE.withName("tsc_shift"),
            JAVA_BYTE.withName("flags"),
            sequenceLayout(2, JAVA_BYTE).withName("pad1"));

    private static final MemoryLayout VCPU = structLayout(
            JAVA_BYTE.withName("evtchn_upcall_pending"),
            JAVA_BYTE.withName("evtchn_upcall_mask"),
            MemoryLayout.paddingLayout(6),
            JAVA_LONG.withName("evtchn_pending_sel"),
            structLayout(JAVA_LONG.withName("cr2"), JAVA_LONG.withName("pad")).withName("arch"),
            TIME.withName("time"));

    private static final MemoryLayout SHARED = structLayout(
            sequenceLayout(32, VCPU).withName("vcpu_info"),
            sequenceLayout(64, JAVA_LONG).withName("evtchn_pending"),
            sequenceLayout(64, JAVA_LONG).withName("evtchn_mask"),
            JAVA_INT.withName("wc_version"),
            JAVA_INT.withName("wc_sec"),
            JAVA_INT.withName("wc_nsec"),
            JAVA_INT.withName("wc_sec_hi"),
            structLayout(
                            JAVA_LONG.withName("max_pfn"),
                            JAVA_LONG.withName("pfn_to_mfn_frame_list_list"),
                            JAVA_LONG.withName("nmi_reason"),
                            JAVA_LONG.withName("p2m_cr3"),
                            JAVA_LONG.withName("p2m_vaddr"),
                            JAVA_LONG.withName("p2m_generation"))
                    .withName("arch"));

    @Test
    void timeInfoIsWhereXenPutsIt() {
        assertThat(TIME.byteSize()).isEqualTo(VcpuTimeInfo.BYTES);
        assertThat(offset(TIME, "version")).isEqualTo(VcpuTimeInfo.VERSION);
        assertThat(offset(TIME, "tsc_timestamp")).isEqualTo(VcpuTimeInfo.TSC_TIMESTAMP);
        assertThat(offset(TIME, "system_time")).isEqualTo(VcpuTimeInfo.SYSTEM_TIME);
        assertThat(offset(TIME, "tsc_to_system_mul")).isEqualTo(VcpuTimeInfo.TSC_TO_SYSTEM_MUL);
        assertThat(offset(TIME, "tsc_shift")).isEqualTo(VcpuTimeInfo.TSC_SHIFT);
        assertThat(offset(TIME, "flags")).isEqualTo(VcpuTimeInfo.FLAGS);
    }

    @Test
    void vcpuInfoIsWhereXenPutsIt() {
        assertThat(VCPU.byteSize()).isEqualTo(VcpuInfo.BYTES);
        assertThat(offset(VCPU, "evtchn_upcall_pending")).isEqualTo(VcpuInfo.UPCALL_PENDING);
        assertThat(offset(VCPU, "evtchn_upcall_mask")).isEqualTo(VcpuInfo.UPCALL_MASK);
        assertThat(offset(VCPU, "evtchn_pending_sel")).isEqualTo(VcpuInfo.PENDING_SEL);
        assertThat(offset(VCPU, "arch", "cr2")).isEqualTo(VcpuInfo.CR2);
        assertThat(offset(VCPU, "time")).isEqualTo(VcpuInfo.TIME);
    }

    @Test
    void sharedInfoIsWhereXenPutsIt() {
        assertThat(SHARED.byteSize()).isEqualTo(SharedInfo.BYTES);
        assertThat(offset(SHARED, "evtchn_pending")).isEqualTo(SharedInfo.EVTCHN_PENDING);
        assertThat(offset(SHARED, "evtchn_mask")).isEqualTo(SharedInfo.EVTCHN_MASK);
        assertThat(offset(SHARED, "wc_version")).isEqualTo(SharedInfo.WC_VERSION);
        assertThat(offset(SHARED, "wc_sec")).isEqualTo(SharedInfo.WC_SEC);
        assertThat(offset(SHARED, "wc_nsec")).isEqualTo(SharedInfo.WC_NSEC);
        assertThat(offset(SHARED, "wc_sec_hi")).isEqualTo(SharedInfo.WC_SEC_HI);
        assertThat(offset(SHARED, "arch", "max_pfn")).isEqualTo(SharedInfo.ARCH_MAX_PFN);
        assertThat(offset(SHARED, "arch", "pfn_to_mfn_frame_list_list"))
                .isEqualTo(SharedInfo.ARCH_PFN_TO_MFN_FRAME_LIST_LIST);
        assertThat(offset(SHARED, "arch", "nmi_reason")).isEqualTo(SharedInfo.ARCH_NMI_REASON);
        assertThat(offset(SHARED, "arch", "p2m_cr3")).isEqualTo(SharedInfo.ARCH_P2M_CR3);
        assertThat(offset(SHARED, "arch", "p2m_vaddr")).isEqualTo(SharedInfo.ARCH_P2M_VADDR);
        assertThat(offset(SHARED, "arch", "p2m_generation")).isEqualTo(SharedInfo.ARCH_P2M_GENERATION);
        assertThat(SharedInfo.vcpuInfo(31)).isEqualTo(31 * 64);
    }

    private static int offset(MemoryLayout layout, String... names) {
        PathElement[] path = new PathElement[names.length];
        for (int i = 0; i < names.length; i++) {
            path[i] = groupElement(names[i]);
        }
        return Math.toIntExact(layout.byteOffset(path));
    }
}
