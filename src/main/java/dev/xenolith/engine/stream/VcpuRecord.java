package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * X86_PV_VCPU_BASIC, EXTENDED, XSAVE and MSRS share one shape: whose context, and the bytes a domctl gives.
 *
 * <pre>
 *   0  u32  vcpu_id
 *   4       reserved
 *   8       context: BASIC {@code vcpu_guest_context_t}, 5168 bytes;
 *           EXTENDED {@code xen_domctl_ext_vcpucontext}, at most 128;
 *           XSAVE xcr0, xcr0_accum, the area, at least 16; MSRS {index, reserved, value}[], 16 each
 * </pre>
 */
public record VcpuRecord(int vcpuId, byte[] context) {

    public static final int HEADER_BYTES = 8;
    public static final int BASIC_BYTES = 5168;
    public static final int EXTENDED_BYTES_MAX = 128;
    public static final int XSAVE_BYTES_MIN = 16;
    public static final int MSR_BYTES = 16;

    public ByteBuffer encode() {
        return ByteBuffer.allocate(HEADER_BYTES + context.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(vcpuId)
                .putInt(0)
                .put(context)
                .flip();
    }

    /** An empty context is allowed: Xen 4.6 to 4.8 wrote such records, and they say nothing. */
    public static VcpuRecord decode(ByteBuffer body, RecordEntry record) {
        String name = record.name();
        long offset = record.offset();
        Expect.atLeast(name, offset, HEADER_BYTES, body.remaining());
        long vcpuId = Integer.toUnsignedLong(body.getInt());
        body.getInt();
        byte[] context = new byte[body.remaining()];
        body.get(context);
        if (context.length > 0) {
            Expect.that(
                    vcpuId < StreamLimits.VCPUS_MAX, name, offset, "a vcpu id below " + StreamLimits.VCPUS_MAX, vcpuId);
            checkLength(record, context.length);
        }
        return new VcpuRecord((int) vcpuId, context);
    }

    private static void checkLength(RecordEntry record, int length) {
        String name = record.name();
        long offset = record.offset();
        long got = HEADER_BYTES + (long) length;
        switch (record.type()) {
            case LibxcRecord.X86_PV_VCPU_BASIC -> Expect.length(name, offset, HEADER_BYTES + BASIC_BYTES, got);
            case LibxcRecord.X86_PV_VCPU_EXTENDED ->
                Expect.atMost(name, offset, HEADER_BYTES + EXTENDED_BYTES_MAX, got);
            case LibxcRecord.X86_PV_VCPU_XSAVE -> Expect.atLeast(name, offset, HEADER_BYTES + XSAVE_BYTES_MIN, got);
            case LibxcRecord.X86_PV_VCPU_MSRS ->
                Expect.that(length % MSR_BYTES == 0, name, offset, "MSR entries of 16 bytes", length + " bytes");
            default -> throw new IllegalArgumentException(name + " is no vcpu record");
        }
    }

    public static boolean isType(int type) {
        return switch (type) {
            case LibxcRecord.X86_PV_VCPU_BASIC,
                    LibxcRecord.X86_PV_VCPU_EXTENDED,
                    LibxcRecord.X86_PV_VCPU_XSAVE,
                    LibxcRecord.X86_PV_VCPU_MSRS -> true;
            default -> false;
        };
    }
}
