package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.stream.RecordEntry;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The records of a vcpu beside its BASIC one.
 *
 * <pre>
 *   EXTENDED  0 u32 vcpu   4 u32 size   8 u64 syscall32 eip   16 u64 sysenter eip   24 u16 syscall32 cs   26 u16 sysenter cs
 *            28 u8 syscall32 masks events   29 u8 sysenter masks events   32 u64 mcg_cap   40 machine-check banks
 *   XSAVE     0 u64 xcr0   8 u64 xcr0_accum   16 the area: FXSAVE image, then xstate_bv, xcomp_bv and 48 reserved bytes
 *   MSRS      u32 index, u32 reserved, u64 value, each
 * </pre>
 */
final class VcpuExtras {

    private static final int EXTENDED_MIN = 32;
    private static final int EXTENDED_WITH_MCG_CAP = 40;
    private static final int SYSCALL32 = 8;
    private static final int SYSENTER = 16;
    private static final int SYSCALL32_MASKS = 28;
    private static final int SYSENTER_MASKS = 29;
    private static final int MCG_CAP = 32;

    /** The count of banks and MCG_CTL_P say nothing a guest could rely on. */
    private static final long MCG_CAP_HARMLESS = 0x1ff;

    private static final int XSAVE_HEADER = 16;
    private static final int XSAVE_AREA = FxsaveImage.SIZE + 64;
    private static final int XSTATE_BV = XSAVE_HEADER + FxsaveImage.SIZE;
    private static final int XCOMP_BV = XSTATE_BV + 8;
    private static final long X87 = 1;
    private static final long SSE = 2;
    private static final short INITIAL_CONTROL_WORD = 0x37f;

    private static final int MSR_BYTES = 16;

    private final Vcpu vcpu;

    VcpuExtras(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    void load(VcpuBlobs blobs) {
        if (blobs.extended() != null) {
            extended(blobs.extended());
        }
        if (blobs.xsave() != null) {
            xsave(blobs.xsave());
        }
        if (blobs.msrs() != null) {
            msrs(blobs.msrs());
        }
    }

    private static ByteBuffer fields(VcpuBlobs.Blob blob) {
        return ByteBuffer.wrap(blob.context()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void extended(VcpuBlobs.Blob blob) {
        RecordEntry record = blob.record();
        ByteBuffer fields = fields(blob);
        int length = fields.remaining();
        Damage.require(length >= EXTENDED_MIN, record, "a context of at least " + EXTENDED_MIN + " bytes", length);
        Damage.require(fields.getInt(0) == vcpu.id(), record, "the context of vcpu " + vcpu.id(), fields.getInt(0));
        long syscall32 = fields.getLong(SYSCALL32);
        long sysenter = fields.getLong(SYSENTER);
        Damage.require(isCanonical(syscall32), record, "a canonical syscall32 callback", Damage.hex(syscall32));
        Damage.require(isCanonical(sysenter), record, "a canonical sysenter callback", Damage.hex(sysenter));
        long mcgCap = length >= EXTENDED_WITH_MCG_CAP ? fields.getLong(MCG_CAP) : 0;
        if ((mcgCap & ~MCG_CAP_HARMLESS) != 0) {
            throw Damage.incompatible(record, "machine-check capabilities " + Damage.hex(mcgCap), "0x2");
        }
        vcpu.callbacks().syscall32 = syscall32;
        vcpu.callbacks().syscall32MasksEvents = fields.get(SYSCALL32_MASKS) != 0;
        vcpu.callbacks().sysenter = sysenter;
        vcpu.callbacks().sysenterMasksEvents = fields.get(SYSENTER_MASKS) != 0;
    }

    private static boolean isCanonical(long address) {
        return (address << 16) >> 16 == address;
    }

    /** Only x87 and SSE state fits; what a guest never enabled is not there to be lost. */
    private void xsave(VcpuBlobs.Blob blob) {
        RecordEntry record = blob.record();
        ByteBuffer fields = fields(blob);
        long enabled = enabledStates(blob);
        if ((enabled & ~(X87 | SSE)) != 0) {
            throw Damage.incompatible(
                    record,
                    "extended state " + XstateNames.of(enabled & ~(X87 | SSE)) + " of vcpu " + vcpu.id(),
                    "x87 and SSE");
        }
        int expected = enabled == 0 ? XSAVE_HEADER : XSAVE_HEADER + XSAVE_AREA;
        Damage.require(fields.remaining() == expected, record, expected + " bytes", fields.remaining() + " bytes");
        long xcr0 = fields.getLong(0);
        Damage.require((xcr0 & ~enabled) == 0, record, "xcr0 within " + Damage.hex(enabled), Damage.hex(xcr0));
        if (enabled == 0) {
            return;
        }
        long present = fields.getLong(XSTATE_BV);
        Damage.require(
                (present & ~enabled) == 0, record, "xstate_bv within " + Damage.hex(enabled), Damage.hex(present));
        Damage.require(fields.getLong(XCOMP_BV) == 0, record, "an area that is not compacted", "xcomp_bv");
        byte[] image = Arrays.copyOfRange(blob.context(), XSAVE_HEADER, XSTATE_BV);
        clearAbsent(image, present);
        boolean loaded = FxsaveImage.read(vcpu.cpu().fpu(), MemorySegment.ofArray(image), 0);
        Damage.require(loaded, record, "mxcsr without reserved bits", "others");
    }

    /** States that any code of the vcpu ever enabled. */
    static long enabledStates(VcpuBlobs.Blob xsave) {
        return fields(xsave).getLong(8);
    }

    /** A state whose bit is clear has its initial value, whatever its bytes say. */
    private static void clearAbsent(byte[] image, long present) {
        if ((present & X87) == 0) {
            Arrays.fill(image, 0, 24, (byte) 0);
            Arrays.fill(image, 32, 160, (byte) 0);
            ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putShort(0, INITIAL_CONTROL_WORD);
        }
        if ((present & SSE) == 0) {
            Arrays.fill(image, 160, 416, (byte) 0);
        }
    }

    /** Xen sends registers that are not zero; of those it knows, none exists for our guests. */
    private void msrs(VcpuBlobs.Blob blob) {
        ByteBuffer entries = fields(blob);
        for (int at = 0; at < entries.limit(); at += MSR_BYTES) {
            long value = entries.getLong(at + 8);
            if (value != 0) {
                throw Damage.incompatible(
                        blob.record(),
                        "MSR " + Damage.hex(entries.getInt(at) & 0xffffffffL) + " = " + Damage.hex(value) + " of vcpu "
                                + vcpu.id(),
                        "no such register");
            }
        }
    }
}
